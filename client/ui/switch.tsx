import { type ReactNode, useId } from 'react';
import { FormattedMessage } from 'react-intl';
import { uiText } from './messages.ts';
import styles from './switch.module.css';

type SwitchRowProps = {
  label: ReactNode;
  /** What it means, and since when: stands under the label and is read with it. */
  about?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

/** One choice that is saved at once. Its state stands beside it in words; colour is never alone. */
export function SwitchRow({ label, about, checked, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {about && (
        <div className={styles.about} id={`${id}-about`}>
          {about}
        </div>
      )}
      <div className={styles.control}>
        <span className={styles.state} aria-hidden="true">
          <FormattedMessage {...(checked ? uiText.on : uiText.off)} />
        </span>
        <input
          type="checkbox"
          role="switch"
          className={styles.switch}
          id={id}
          checked={checked}
          aria-checked={checked}
          aria-describedby={about ? `${id}-about` : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
      </div>
    </div>
  );
}
