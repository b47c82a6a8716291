import { useIntl } from 'react-intl';
import { Form } from '../../ui/form.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { newCaseText, type Opener, TEXT_MAX, wordsText } from './new-case-text.ts';

/** A question: what it is about in a few words, and all of it. */
export function QuestionForm({
  opener,
  onSend,
}: {
  opener: Opener;
  onSend: (words: { about: string; text: string }) => Promise<void>;
}) {
  const intl = useIntl();
  return (
    <Form
      submit={intl.formatMessage(newCaseText.send)}
      check={({ about = '', text: words = '' }) => ({
        about: about.trim() === '' && intl.formatMessage(newCaseText.noAbout),
        text: words.trim() === '' && intl.formatMessage(wordsText[opener].none),
      })}
      onSubmit={({ about = '', text: words = '' }) => onSend({ about, text: words })}
    >
      <TextField name="about" label={intl.formatMessage(newCaseText.about)} maxLength={120} />
      <TextArea
        name="text"
        label={intl.formatMessage(wordsText[opener].label)}
        min={1}
        max={TEXT_MAX}
      />
    </Form>
  );
}
