import { useIntl } from 'react-intl';
import { isCode } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { FileLink } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Form } from '../ui/form.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { Row, Stack } from '../ui/text.tsx';
import { CodeField, TextField } from '../ui/text-field.tsx';

const text = defineMessages({
  scan: { id: 'authenticator.scan', defaultMessage: 'Scan this with your authenticator app.' },
  qr: { id: 'authenticator.qr', defaultMessage: 'QR code with the key that stands below as text' },
  orType: { id: 'authenticator.orType', defaultMessage: 'Cannot scan? Enter this key in the app:' },
  key: { id: 'authenticator.key', defaultMessage: 'key' },
  open: { id: 'authenticator.open', defaultMessage: 'Open in an app on this device' },
  code: { id: 'authenticator.code', defaultMessage: 'Code that the app shows now' },
  name: { id: 'authenticator.name', defaultMessage: 'Name' },
  nameHint: {
    id: 'authenticator.nameHint',
    defaultMessage: 'So that you know it among others, such as “Old phone”.',
  },
  missing: {
    id: 'authenticator.missing',
    defaultMessage: 'Enter the six digits that your authenticator app shows.',
  },
  confirm: { id: 'authenticator.confirm', defaultMessage: 'Confirm' },
});

const NAME_MAX = 60;

type AuthenticatorSetupProps = {
  secret: string;
  otpauthUrl: string;
  /** What it is called unless the person says otherwise; asked for only where there may be several. */
  name?: string;
  onConfirm: (code: string, name: string) => Promise<unknown>;
};

/** The key of an authenticator in three forms, and the first code that proves it has arrived. */
export function AuthenticatorSetup({
  secret,
  otpauthUrl,
  name,
  onConfirm,
}: AuthenticatorSetupProps) {
  const intl = useIntl();
  return (
    <Stack gap="wide">
      <p>{intl.formatMessage(text.scan)}</p>
      <QrCode value={otpauthUrl} label={intl.formatMessage(text.qr)} />
      <Stack gap="tight">
        <p>{intl.formatMessage(text.orType)}</p>
        <p>
          <code>{groupsOfFour(secret)}</code>
        </p>
        <Row>
          <CopyButton text={secret} hiddenName={intl.formatMessage(text.key)} />
          <FileLink href={otpauthUrl}>{intl.formatMessage(text.open)}</FileLink>
        </Row>
      </Stack>
      <Form
        submit={intl.formatMessage(text.confirm)}
        fieldOf={{ CODE_REFUSED: 'new-code', CODE_ALREADY_USED: 'new-code' }}
        check={(values) => ({
          'new-code': !isCode(values['new-code']) && intl.formatMessage(text.missing),
        })}
        onSubmit={(values) => onConfirm(values['new-code'] ?? '', values['app-name']?.trim() ?? '')}
      >
        {name !== undefined && (
          <TextField
            name="app-name"
            label={intl.formatMessage(text.name)}
            hint={intl.formatMessage(text.nameHint)}
            defaultValue={name}
            maxLength={NAME_MAX}
            autoComplete="off"
          />
        )}
        <CodeField name="new-code" label={intl.formatMessage(text.code)} />
      </Form>
    </Stack>
  );
}

function groupsOfFour(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
