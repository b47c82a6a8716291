import { FormattedMessage } from 'react-intl';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../button.tsx';
import { uiText } from '../messages.ts';

/** Ends the session and loads a new document, so that nothing of the person stays in memory. */
export function SignOutButton() {
  const signOut = trpc.auth.signOut.useMutation({
    onSettled: () => window.location.assign('/sign-in'),
  });
  return (
    <Button pending={signOut.isPending} onClick={() => signOut.mutate({})}>
      <FormattedMessage {...uiText.signOut} />
    </Button>
  );
}
