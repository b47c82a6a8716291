import { FormattedMessage } from 'react-intl';
import { Button } from './button.tsx';
import { uiText } from './messages.ts';
import styles from './show-more.module.css';
import { Small } from './text.tsx';

type ShowMoreProps = {
  /** How many rows stand above; said politely when it changes. */
  shown: number;
  hasMore: boolean;
  pending: boolean;
  onMore: () => unknown;
  /** Instead of the count of rows: "50 of 10,000+ sessions". */
  label?: string;
};

/** The end of a list that goes on: what is there stays, the next part is added below. */
export function ShowMore({ shown, hasMore, pending, onMore, label }: ShowMoreProps) {
  return (
    <div className={styles.more}>
      <span role="status">
        <Small>{label ?? <FormattedMessage {...uiText.showing} values={{ count: shown }} />}</Small>
      </span>
      {hasMore && (
        <Button pending={pending} onClick={() => void onMore()}>
          <FormattedMessage {...uiText.showMore} />
        </Button>
      )}
    </div>
  );
}
