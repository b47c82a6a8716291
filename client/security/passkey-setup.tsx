import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { makePasskey } from '../lib/passkey.ts';
import type { Inputs, Outputs } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';

const text = defineMessages({
  make: { id: 'passkeySetup.make', defaultMessage: 'Create a passkey' },
});

type PasskeySetupProps = {
  ask: () => Promise<Outputs['auth']['beginNewPasskey']>;
  onMade: (passkey: Inputs['auth']['confirmNewPasskey']['passkey']) => Promise<unknown>;
  /** Beside the button: the way out. */
  actions?: ReactNode;
  wide?: boolean;
};

/** One press, then the browser's own prompt: where the passkey is kept is for it and its person to say. */
export function PasskeySetup({ ask, onMade, actions, wide = false }: PasskeySetupProps) {
  const intl = useIntl();
  return (
    <Form
      wide={wide}
      label={intl.formatMessage(text.make)}
      submit={intl.formatMessage(text.make)}
      actions={actions}
      onSubmit={async () => onMade(await makePasskey(await ask()))}
    >
      {null}
    </Form>
  );
}
