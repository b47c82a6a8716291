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
