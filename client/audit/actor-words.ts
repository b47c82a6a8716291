import type { IntlShape } from 'react-intl';
import { capitalised } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Entry } from './entries.ts';

const text = defineMessages({
  service: { id: 'looked.serviceName', defaultMessage: '{name} service' },
});

/** Who did it, as the log shows them. */
export function actorWords(
  intl: IntlShape,
  { actorKind, actor }: Pick<Entry, 'actorKind' | 'actor'>,
): string {
  return actorKind === 'service'
    ? intl.formatMessage(text.service, { name: capitalised(actor) })
    : actor;
}
