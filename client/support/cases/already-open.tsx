import { Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';

const text = defineMessages({
  cases: { id: 'alreadyOpen.cases', defaultMessage: 'Find it under Cases' },
});

/** Where whoever opens a case that is open already finds it. */
export const alreadyOpen = {
  CASE_ALREADY_OPEN: (
    <Link to="/cases">
      <FormattedMessage {...text.cases} />
    </Link>
  ),
};
