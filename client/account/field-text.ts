import { LOCALE } from '../lib/intl.tsx';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';

export type PersonalField = Outputs['account']['get']['fields'][number];

export const fieldText = defineMessages({
  displayName: { id: 'field.displayName', defaultMessage: 'Name' },
  phone: { id: 'field.phone', defaultMessage: 'Phone number' },
  company: { id: 'field.company', defaultMessage: 'Company' },
  country: { id: 'field.country', defaultMessage: 'Country' },
  region: { id: 'field.region', defaultMessage: 'State or region' },
  language: { id: 'field.language', defaultMessage: 'Language' },
  timeZone: { id: 'field.timeZone', defaultMessage: 'Time zone' },
  theme: { id: 'field.theme', defaultMessage: 'Appearance' },
});

export const themeText = defineMessages({
  auto: { id: 'theme.auto', defaultMessage: 'As the device' },
  light: { id: 'theme.light', defaultMessage: 'Light' },
  dark: { id: 'theme.dark', defaultMessage: 'Dark' },
});

const names = new Intl.DisplayNames(LOCALE, { type: 'language', fallback: 'code' });

/** "German" for "de". */
export function languageName(code: string): string {
  return names.of(code) ?? code;
}

/** Countries of ISO 3166-1, by name. */
export const countryCodes =
  'AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'.split(
    ' ',
  );
