import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { cx } from './cx.ts';
import styles from './field.module.css';
import { FieldFrame, useField } from './field.tsx';
import { uiText } from './messages.ts';

type TextAreaProps = {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  optional?: boolean;
  /**
   * Fewest and most characters. The count is shown as it grows, from the start where more than a word is
   * needed, and is read when it is asked for.
   */
  min: number;
  max: number;
};

/** Several lines of a person's own words, with how many they are. */
export function TextArea({ name, label, hint, optional = false, min, max }: TextAreaProps) {
  const field = useField({ name, hint, error: undefined });
  const countId = useId();
  const [length, setLength] = useState(0);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // What was sent is not counted for what is written next.
    const form = area.current?.form;
    const empty = () => setLength(0);
    form?.addEventListener('reset', empty);
    return () => form?.removeEventListener('reset', empty);
  }, []);
  return (
    <FieldFrame ids={field} label={label} hint={hint} message={field.message} optional={optional}>
      <textarea
        ref={area}
        id={field.id}
        name={name}
        rows={4}
        maxLength={max}
        aria-describedby={cx(field.describedBy, countId)}
        aria-invalid={field.message ? true : undefined}
        className={cx(styles.input, styles.area)}
        onChange={(event) => setLength(event.target.value.trim().length)}
      />
      <div className={styles.hint} id={countId}>
        {(length > 0 || min > 1) && (
          <FormattedMessage
            {...(length < min ? uiText.countShort : uiText.count)}
            values={{ count: length, min, max }}
          />
        )}
      </div>
    </FieldFrame>
  );
}
