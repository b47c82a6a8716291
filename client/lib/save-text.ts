/** Long enough for any browser to have begun. */
const KEEP_MS = 60_000;

/** Gives the browser a text to save as a file; nothing leaves the device. */
export function saveText(name: string, content: string, type = 'text/plain'): void {
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
