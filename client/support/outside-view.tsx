import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { sectionText } from '../lib/section-text.ts';
import { trpc } from '../lib/trpc.ts';
import { Panel } from '../ui/panel.tsx';
import { chapters } from './support-text.ts';

const text = defineMessages({
  title: { id: 'outsideView.title', defaultMessage: 'Not part of this view' },
});

/** Chapters of the customer's data that this view leaves closed, by name alone. */
export function OutsideView() {
  const intl = useIntl();
  const running = trpc.support.view.useQuery({}, { enabled: false });
  const scope = running.data?.view?.scope ?? [];
  const closed = chapters.filter((chapter) => !scope.includes(chapter));
  if (closed.length === 0) return null;
  return (
    <Panel title={intl.formatMessage(text.title)} padded>
      <ul>
        {closed.map((chapter) => (
          <li key={chapter}>{intl.formatMessage(sectionText[chapter])}</li>
        ))}
      </ul>
    </Panel>
  );
}
