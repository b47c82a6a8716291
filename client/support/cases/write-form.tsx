import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { Form } from '../../ui/form.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { TEXT_MAX } from './new-case-text.ts';

const text = defineMessages({
  label: { id: 'caseWrite.label', defaultMessage: 'Your message' },
  none: { id: 'caseWrite.none', defaultMessage: 'Write something first.' },
  send: { id: 'caseWrite.send', defaultMessage: 'Send' },
});

/** One more message in a case. */
export function WriteForm({ onWrite }: { onWrite: (words: string) => Promise<unknown> }) {
  const intl = useIntl();
  return (
    <Form
      label={intl.formatMessage(text.label)}
      submit={intl.formatMessage(text.send)}
      resets
      check={({ text: words = '' }) => ({
        text: words.trim() === '' && intl.formatMessage(text.none),
      })}
      onSubmit={({ text: words = '' }) => onWrite(words)}
    >
      <TextArea name="text" label={intl.formatMessage(text.label)} min={1} max={TEXT_MAX} />
    </Form>
  );
}
