import { FormattedMessage, useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { Button } from './button.tsx';
import { uiText } from './messages.ts';
import { PageHead } from './page-head.tsx';
import styles from './shell/plain-frame.module.css';

const text = defineMessages({
  title: { id: 'otherPerson.title', defaultMessage: 'Somebody else has signed in in this browser' },
  lede: {
    id: 'otherPerson.lede',
    defaultMessage:
      'What was open here belonged to the person before and was put away. Nothing that had not been sent yet was sent.',
  },
  goOn: { id: 'otherPerson.goOn', defaultMessage: 'Go on with the account that is signed in now' },
});

/** In place of everything: the pages of one person are not shown to the next, and take nothing for them. */
export function OtherPerson() {
  const intl = useIntl();
  return (
    <div className={styles.frame}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <FormattedMessage {...uiText.product} />
        </span>
      </header>
      <main id="main" className={styles.main}>
        <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
        <p>
          <Button look="primary" onClick={() => window.location.reload()}>
            {intl.formatMessage(text.goOn)}
          </Button>
        </p>
      </main>
    </div>
  );
}
