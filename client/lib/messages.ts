import type { MessageDescriptor } from 'react-intl';

/** A sentence in ICU message syntax under an id that is unique in the client. */
type Message = { id: string; defaultMessage: string };

/**
 * The sentences of a component, beside it. react-intl's own function takes every sentence for one
 * without values.
 */
export function defineMessages<Key extends string>(
  messages: Readonly<Record<Key, Message>>,
): Readonly<Record<Key, MessageDescriptor>> {
  return messages;
}
