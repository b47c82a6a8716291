/** Pages that letters point to. None of them holds a secret: the person signs in, or types the code. */
export function requestLink(publicUrl: string, reference: string): string {
  return `${publicUrl}/requests/${encodeURIComponent(reference)}`;
}

export function receiptLink(publicUrl: string): string {
  return `${publicUrl}/receipt`;
}

/** A moment for a letter, in the person's time zone with its name; in UTC where the zone is not known. */
export function momentInWords(moment: Date, timeZone: string): string {
  const write = (zone: string) =>
    new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
      timeZone: zone,
    }).format(moment);
  try {
    return write(timeZone);
  } catch {
    return write('UTC');
  }
}
