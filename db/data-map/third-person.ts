/** Words after which “you” is whom something is done to. */
const BEFORE_OBJECT = 'about|by|for|is|on|send|tell|to|told';
const words = new RegExp(`\\b(?:(${BEFORE_OBJECT}) )?(you|yours|your)\\b`, 'gi');
const subject: Record<string, string> = { you: 'they', your: 'their', yours: 'theirs' };

/**
 * What the map says to a person as one says it of them: “What they asked our support.” The map has its words
 * once, and its person reads them; officers and authorities read them so.
 */
export function inThirdPerson(text: string): string {
  return text.replace(words, (_all, before: string | undefined, word: string) => {
    const small = word.toLowerCase();
    const said = before && small === 'you' ? 'them' : (subject[small] ?? small);
    const cased = word === small ? said : said.charAt(0).toUpperCase() + said.slice(1);
    return before ? `${before} ${cased}` : cased;
  });
}
