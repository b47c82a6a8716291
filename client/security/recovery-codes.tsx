import { useId } from 'react';
import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { saveText } from '../lib/save-text.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/choice.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Form } from '../ui/form.tsx';
import { Row, Stack } from '../ui/text.tsx';
import styles from './recovery-codes.module.css';

const text = defineMessages({
  about: {
    id: 'recoveryCodes.about',
    defaultMessage:
      'Each code signs you in once when your phone or passkey is lost. Keep them apart from your password. They are shown only now.',
  },
  list: { id: 'recoveryCodes.list', defaultMessage: 'Recovery codes' },
  copyName: { id: 'recoveryCodes.copyName', defaultMessage: 'recovery codes' },
  download: { id: 'recoveryCodes.download', defaultMessage: 'Download as text' },
  print: { id: 'recoveryCodes.print', defaultMessage: 'Print' },
  saved: { id: 'recoveryCodes.saved', defaultMessage: 'I have saved these codes' },
  notSaved: {
    id: 'recoveryCodes.notSaved',
    defaultMessage: 'Save the codes first, then tick the box.',
  },
  finish: { id: 'recoveryCodes.finish', defaultMessage: 'Finish' },
  fileHead: {
    id: 'recoveryCodes.fileHead',
    defaultMessage: 'EaseLLM Privacy: recovery codes, made {when}. Each works once.',
  },
});

/** Ten codes, once. They can be left only by saying that they are saved. */
export function RecoveryCodes({
  codes,
  onSaved,
}: {
  codes: readonly string[];
  onSaved: () => unknown;
}) {
  const intl = useIntl();
  const listId = useId();

  function download() {
    const head = intl.formatMessage(text.fileHead, { when: formatDateTime(new Date()) });
    saveText('easellm-recovery-codes.txt', `${head}\n\n${codes.join('\n')}\n`);
  }

  return (
    <Stack gap="wide">
      <p id={listId}>{intl.formatMessage(text.about)}</p>
      <ol
        className={styles.codes}
        aria-label={intl.formatMessage(text.list)}
        aria-describedby={listId}
      >
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Row>
        <Button onClick={download}>{intl.formatMessage(text.download)}</Button>
        <Button onClick={() => window.print()}>{intl.formatMessage(text.print)}</Button>
        <CopyButton text={codes.join('\n')} hiddenName={intl.formatMessage(text.copyName)} />
      </Row>
      <Form
        submit={intl.formatMessage(text.finish)}
        check={(_values, form) => ({
          saved: !form.has('saved') && intl.formatMessage(text.notSaved),
        })}
        onSubmit={async () => onSaved()}
      >
        <Checkbox name="saved" label={intl.formatMessage(text.saved)} />
      </Form>
    </Stack>
  );
}
