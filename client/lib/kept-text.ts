/** A field by where it stands: its form among those of the page, and its name. */
type Field = { form: string; name: string; value: string };
/** `away`: nobody has signed in since. */
type Kept = { who: string; path: string; fields: Field[]; away: boolean };

/** Of the session that ended in this document; in memory alone, and never across a load. */
let kept: Kept | null = null;
let waiting: MutationObserver | null = null;

type Box = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const SECRET = /password|one-time-code/;
const TYPED = /^(text|search|email|tel|url|number|textarea|select-one)$/;

/** Remembers what was typed and not sent, and whose it is. No password and no code is among it. */
export function keepTyped({ who, path }: { who: string; path: string }): void {
  const fields = boxes().flatMap(({ form, box }) =>
    isTyped(box) && box.value !== originalOf(box)
      ? [{ form, name: box.name, value: box.value }]
      : [],
  );
  kept = { who, path, fields, away: true };
}

/** Whether somebody finds their words again if they sign in here. */
export function hasKeptWords(): boolean {
  return (kept?.fields.length ?? 0) > 0;
}

/**
 * Says who has signed in now. Whoever is not the one whose session ended gets nothing of it.
 * @returns whether the way back is theirs
 */
export function isBack(who: string): boolean {
  if (kept === null) return true;
  kept.away = false;
  if (kept.who === who) return true;
  forgetTyped();
  return false;
}

export function forgetTyped(): void {
  waiting?.disconnect();
  waiting = null;
  kept = null;
}

/**
 * Puts the words back where they stood, each as soon as its field is there: some only come when a button is
 * pressed again. Does so for its person and on its page alone; elsewhere they are forgotten.
 */
export function bringBack({ who, path }: { who: string; path: string }): void {
  // The page of before is still there for a moment when it is left.
  if (kept === null || kept.away) return;
  if (kept.who !== who || kept.path !== path) {
    forgetTyped();
    return;
  }
  waiting?.disconnect();
  waiting = new MutationObserver(putBack);
  waiting.observe(document.body, { childList: true, subtree: true });
  putBack();
}

function putBack(): void {
  if (kept === null) return;
  const there = boxes();
  kept.fields = kept.fields.filter(({ form, name, value }) => {
    const found = there.find((one) => one.form === form && one.box.name === name);
    if (!found) return true;
    // What was begun anew is newer.
    if (found.box.value === originalOf(found.box)) type(found.box, value);
    return false;
  });
  if (kept.fields.length === 0) forgetTyped();
}

/** As if it were typed: what listens to the field hears of it. */
function type(box: Box, value: string): void {
  const prototype = Object.getPrototypeOf(box) as object;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(box, value);
  box.dispatchEvent(
    new Event(box instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }),
  );
}

function boxes(): { form: string; box: Box }[] {
  return [...document.querySelectorAll<HTMLFormElement>('main form')].flatMap((form, at) =>
    [...form.elements]
      .filter((box): box is Box => 'value' in box && 'name' in box && box.name !== '')
      .map((box) => ({ form: form.getAttribute('aria-label') ?? String(at), box })),
  );
}

function isTyped(box: Box): boolean {
  // A password that is shown is one all the same.
  return TYPED.test(box.type) && !SECRET.test(box.getAttribute('autocomplete') ?? '');
}

function originalOf(box: Box): string {
  if (!(box instanceof HTMLSelectElement)) return box.defaultValue;
  return (
    [...box.options].find((option) => option.defaultSelected)?.value ?? box.options[0]?.value ?? ''
  );
}
