import { type ReactNode, useEffect, useRef } from 'react';
import { FormattedMessage } from 'react-intl';
import { door } from '../lib/door.ts';
import styles from './form.module.css';
import { uiText } from './messages.ts';

export type FormProblem = {
  /** Name of the field it belongs to; null for the whole form. */ field: string | null;
  message: string;
  /** Where it leads on, after the sentence. */
  way?: ReactNode;
};

type ErrorSummaryProps = {
  problems: readonly FormProblem[];
  /** Changes with every submit, so that the same problem is announced again. */
  attempt: number;
  /** Reference of the refused call, for support. */
  requestId?: string | null;
};

/** "There is a problem": takes the focus, links to each field, and marks the document's title. */
export function ErrorSummary({ problems, attempt, requestId = null }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  const shown = problems.length > 0;

  useEffect(() => {
    if (!shown || attempt === 0) return;
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'nearest' });
    const { title } = document;
    document.title = `Error: ${title.replace(/^Error: /, '')}`;
    return () => {
      document.title = document.title.replace(/^Error: /, '');
    };
  }, [shown, attempt]);

  if (!shown) return null;
  return (
    <div
      className={styles.summary}
      role="alert"
      aria-labelledby="error-summary-title"
      tabIndex={-1}
      ref={box}
    >
      <h2 id="error-summary-title">
        <FormattedMessage {...uiText.problem} />
      </h2>
      <ul>
        {problems.map(({ field, message, way }) => (
          <li key={`${field}:${message}`}>
            {field === null ? (
              <>
                {message} {way}
              </>
            ) : (
              <a
                href={`#${field}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(field)?.focus();
                }}
              >
                {message}
              </a>
            )}
          </li>
        ))}
      </ul>
      {requestId && (
        <p className={styles.reference}>
          <FormattedMessage
            {...(door === 'portal' ? uiText.reference : uiText.deskReference)}
            values={{ id: requestId }}
          />
        </p>
      )}
    </div>
  );
}
