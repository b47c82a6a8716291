import { FormattedMessage, useIntl } from 'react-intl';
import { basepaths } from '../lib/door.ts';
import { formatTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button, FileLink } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

const text = defineMessages({
  title: { id: 'runningView.title', defaultMessage: 'You are viewing {name}' },
  about: {
    id: 'runningView.about',
    defaultMessage: 'Case {ticket}. It ends by itself at {until}. One view at a time.',
  },
  open: { id: 'runningView.open', defaultMessage: 'Go to the view' },
  stop: { id: 'runningView.stop', defaultMessage: 'Stop' },
});

type View = NonNullable<Outputs['support']['view']['view']>;

/** The view that is open, on pages of the console: the way to it, and its end. */
export function RunningView({ view: { name, email, ticket, notAfter } }: { view: View }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const stop = trpc.support.stopView.useMutation({
    onSettled: () => utils.support.invalidate(),
  });
  return (
    <Notice
      title={intl.formatMessage(text.title, { name: name || email })}
      actions={
        <>
          <FileLink href={basepaths.view} look="primary">
            <FormattedMessage {...text.open} />
          </FileLink>
          <Button pending={stop.isPending} onClick={() => stop.mutate({})}>
            <FormattedMessage {...text.stop} />
          </Button>
        </>
      }
    >
      <p>{intl.formatMessage(text.about, { ticket, until: formatTime(notAfter) })}</p>
      <p role="alert">{stop.isError && refusalSentence(stop.error)}</p>
    </Notice>
  );
}
