import { useEffect, useState } from 'react';

let loaded: ReadonlySet<string> | null = null;

/**
 * The list of known passwords, in this browser: what is typed is sent nowhere to be compared. Loaded when
 * somebody begins to choose one.
 * @returns whether a text stands in it, or null while it is not here
 */
export function useKnownPasswords(wanted: boolean): ((text: string) => boolean) | null {
  const [known, setKnown] = useState(loaded);
  useEffect(() => {
    if (!wanted || known) return;
    let gone = false;
    import('@zxcvbn-ts/language-common')
      .then(({ dictionary }) => {
        loaded ??= new Set(dictionary['passwords-common']);
        if (!gone) setKnown(loaded);
      })
      // Without it the server still looks, when the form is sent.
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [wanted, known]);
  return known && ((text) => known.has(text));
}
