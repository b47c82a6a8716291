import { useEffect, useRef, useState } from 'react';
import { canOfferPasskeys, endOffer, offerPasskeys, signWithPasskey } from '../lib/passkey.ts';
import { trpc } from '../lib/trpc.ts';
import { useEnter } from './use-enter.ts';

/**
 * Signs in with a passkey: offered among what the browser fills in as long as the page stays open, or by a
 * button. The offer gives way to the button's prompt and comes back after it.
 */
export function usePasskeySignIn() {
  const enter = useEnter();
  const { mutateAsync: begin } = trpc.auth.beginPasskeySignIn.useMutation();
  const { mutateAsync: signIn } = trpc.auth.signInWithPasskey.useMutation();
  const [prompted, setPrompted] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  /** Set the moment the button is pressed: what the browser fills in from then on is not taken. */
  const pressed = useRef(false);
  /** The latest sign-in with a passkey that the browser filled in: whether it was taken. */
  const filledIn = useRef<Promise<boolean> | null>(null);

  async function take(passkey: Parameters<typeof signIn>[0]['passkey']): Promise<boolean> {
    try {
      await signIn({ passkey });
      await enter();
      return true;
    } catch (error) {
      setRefused(error);
      return false;
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: one offer as long as no prompt is open.
  useEffect(() => {
    if (prompted) return;
    let over = false;
    async function offer() {
      if (!(await canOfferPasskeys())) return;
      while (!over) {
        const options = await begin({});
        // An offer begun after the button was pressed would take the place of its prompt.
        if (over || pressed.current) return;
        const passkey = await offerPasskeys(options);
        if (over || pressed.current || passkey === null) return;
        if (passkey === 'late') continue;
        filledIn.current = take(passkey);
        if (await filledIn.current) return;
      }
    }
    // Where nothing can be offered the page is what it was: a password and a button.
    void offer().catch(() => null);
    return () => {
      over = true;
      void endOffer().catch(() => null);
    };
  }, [prompted]);

  return {
    /** Why a passkey that the browser filled in was not taken. */
    refused,
    async use(): Promise<void> {
      pressed.current = true;
      // Pressed just after the browser filled one in: one sign-in, not two.
      if (await filledIn.current) return;
      setRefused(null);
      setPrompted(true);
      try {
        await signIn({ passkey: await signWithPasskey(await begin({})) });
        await enter();
      } finally {
        pressed.current = false;
        setPrompted(false);
      }
    },
  };
}
