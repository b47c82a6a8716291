import type { IntlShape } from 'react-intl';
import { countryName } from '../lib/format.ts';
import type { Choice } from '../ui/choice.tsx';
import {
  countryCodes,
  fieldText,
  languageName,
  type PersonalField,
  themeText,
} from './field-text.ts';

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'sv'];

type Field = PersonalField['field'];

/** What a field can say where that is one of a list, by name; null where it is a person's own words. */
export function choicesOf(
  intl: IntlShape,
  field: Field | null,
  value: string | null = null,
): readonly Choice[] | null {
  switch (field) {
    case 'country':
      return countryCodes
        .map((code) => ({ value: code, label: countryName(code) }))
        .sort((a, b) => a.label.localeCompare(b.label));
    case 'language':
      return LANGUAGES.map((code) => ({ value: code, label: languageName(code) }));
    case 'theme':
      return (['auto', 'light', 'dark'] as const).map((theme) => ({
        value: theme,
        label: intl.formatMessage(themeText[theme]),
      }));
    case 'timeZone':
      return [...new Set([value ?? 'UTC', 'UTC', ...Intl.supportedValuesOf('timeZone')])]
        .sort()
        .map((zone) => ({ value: zone, label: zone }));
    default:
      return null;
  }
}

/** The value of a field as people write it: a code of a list by its name. */
export function valueWords(intl: IntlShape, field: Field | null, value: string): string {
  if (field === 'country') return countryName(value);
  if (field === 'language') return languageName(value);
  if (field === 'theme' && isTheme(value)) return intl.formatMessage(themeText[value]);
  return value;
}

function isTheme(value: string): value is keyof typeof themeText {
  return Object.hasOwn(themeText, value);
}

/** A field of the account by the name that the history and cases keep it under; null for any other. */
export function personalField(name: string): Field | null {
  return isField(name) ? name : null;
}

function isField(name: string): name is Field {
  return Object.hasOwn(fieldText, name);
}
