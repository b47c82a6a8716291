/** What a believable customer of a country needs. Names and streets are common ones; no real address. */
export type SeedCountry = {
  code: string;
  language: string;
  timeZone: string;
  currency: 'EUR' | 'USD';
  /** Value added or sales tax, percent. */
  tax: number;
  taxPrefix: string;
  given: readonly string[];
  family: readonly string[];
  /** City, postal code, and the state or region where the country has them. */
  cities: readonly (readonly [city: string, postal: string, region?: string])[];
  /** `{}` is the house number. */
  streets: readonly string[];
  /** Customers of this country, of 200. */
  share: number;
};

/** The countries whose accounting periods are known (`accountingPeriods`). */
export const seedCountries: readonly SeedCountry[] = [
  {
    code: 'DE',
    language: 'de',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    tax: 19,
    taxPrefix: 'DE',
    share: 46,
    given: [
      'Jonas',
      'Katharina',
      'Lukas',
      'Mareike',
      'Tobias',
      'Franziska',
      'Sebastian',
      'Ayşe',
      'Björn',
      'Heike',
    ],
    family: [
      'Brandt',
      'Köhler',
      'Schäfer',
      'Yıldız',
      'Neumann',
      'Vogel',
      'Lindner',
      'Großmann',
      'Petersen',
      'Weiß',
    ],
    cities: [
      ['Berlin', '10245'],
      ['Hamburg', '22767'],
      ['Köln', '50674'],
      ['Leipzig', '04109'],
      ['Nürnberg', '90403'],
    ],
    streets: ['Lindenstraße {}', 'Am Kanal {}', 'Gartenweg {}', 'Schillerplatz {}'],
  },
  {
    code: 'AT',
    language: 'de',
    timeZone: 'Europe/Vienna',
    currency: 'EUR',
    tax: 20,
    taxPrefix: 'ATU',
    share: 8,
    given: ['Matthias', 'Theresa', 'Florian', 'Valentina'],
    family: ['Gruber', 'Hofer', 'Pichler', 'Steiner'],
    cities: [
      ['Wien', '1070'],
      ['Graz', '8010'],
      ['Linz', '4020'],
    ],
    streets: ['Neubaugasse {}', 'Murweg {}', 'Bergstraße {}'],
  },
  {
    code: 'FR',
    language: 'fr',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    tax: 20,
    taxPrefix: 'FR',
    share: 20,
    given: ['Camille', 'Hugo', 'Léa', 'Mathieu', 'Noémie', 'Youssef'],
    family: ['Lefèvre', 'Moreau', 'Benali', 'Garnier', 'Rousseau', 'Chevalier'],
    cities: [
      ['Lyon', '69003'],
      ['Nantes', '44000'],
      ['Paris', '75011'],
    ],
    streets: ['{} rue des Lilas', '{} avenue de la Gare', '{} quai du Port'],
  },
  {
    code: 'NL',
    language: 'nl',
    timeZone: 'Europe/Amsterdam',
    currency: 'EUR',
    tax: 21,
    taxPrefix: 'NL',
    share: 16,
    given: ['Sanne', 'Daan', 'Femke', 'Bram', 'Lotte'],
    family: ['de Vries', 'Bakker', 'van Dijk', 'Visser', 'Smit'],
    cities: [
      ['Utrecht', '3511 AB'],
      ['Rotterdam', '3012 CD'],
      ['Eindhoven', '5611 EF'],
    ],
    streets: ['Kerkstraat {}', 'Molenweg {}', 'Havenkade {}'],
  },
  {
    code: 'ES',
    language: 'es',
    timeZone: 'Europe/Madrid',
    currency: 'EUR',
    tax: 21,
    taxPrefix: 'ES',
    share: 14,
    given: ['Lucía', 'Álvaro', 'Marta', 'Iker', 'Nuria'],
    family: ['García', 'Fernández', 'Ibáñez', 'Ortega', 'Peña'],
    cities: [
      ['Madrid', '28012'],
      ['Barcelona', '08015'],
      ['Valencia', '46002'],
    ],
    streets: ['Calle del Olivo {}', 'Plaza Nueva {}', 'Avenida del Río {}'],
  },
  {
    code: 'IT',
    language: 'it',
    timeZone: 'Europe/Rome',
    currency: 'EUR',
    tax: 22,
    taxPrefix: 'IT',
    share: 14,
    given: ['Giulia', 'Marco', 'Chiara', 'Davide', 'Elena'],
    family: ['Rossi', 'Ferrari', 'Colombo', 'Conti', 'Marini'],
    cities: [
      ['Milano', '20121'],
      ['Torino', '10123'],
      ['Bologna', '40124'],
    ],
    streets: ['Via dei Tigli {}', 'Corso Nuovo {}', 'Piazza del Mercato {}'],
  },
  {
    code: 'SE',
    language: 'sv',
    timeZone: 'Europe/Stockholm',
    currency: 'EUR',
    tax: 25,
    taxPrefix: 'SE',
    share: 10,
    given: ['Astrid', 'Oskar', 'Ebba', 'Nils'],
    family: ['Lindqvist', 'Sjöberg', 'Åkesson', 'Nyström'],
    cities: [
      ['Stockholm', '118 25'],
      ['Göteborg', '411 03'],
      ['Malmö', '211 22'],
    ],
    streets: ['Björkgatan {}', 'Strandvägen {}', 'Kyrkogatan {}'],
  },
  {
    code: 'PL',
    language: 'pl',
    timeZone: 'Europe/Warsaw',
    currency: 'EUR',
    tax: 23,
    taxPrefix: 'PL',
    share: 12,
    given: ['Agnieszka', 'Michał', 'Zofia', 'Paweł'],
    family: ['Kowalczyk', 'Wiśniewski', 'Zając', 'Dąbrowska'],
    cities: [
      ['Kraków', '31-002'],
      ['Warszawa', '00-540'],
      ['Gdańsk', '80-831'],
    ],
    streets: ['ul. Lipowa {}', 'ul. Długa {}', 'al. Parkowa {}'],
  },
  {
    code: 'IE',
    language: 'en',
    timeZone: 'Europe/Dublin',
    currency: 'EUR',
    tax: 23,
    taxPrefix: 'IE',
    share: 8,
    given: ['Aoife', 'Cillian', 'Niamh', 'Seán'],
    family: ["O'Brien", 'Byrne', 'Gallagher', 'Walsh'],
    cities: [
      ['Dublin', 'D08 X2A4'],
      ['Cork', 'T12 R8K1'],
      ['Galway', 'H91 E2K7'],
    ],
    streets: ['{} Harbour Row', '{} Orchard Lane', '{} Bridge Street'],
  },
  {
    code: 'GB',
    language: 'en',
    timeZone: 'Europe/London',
    currency: 'EUR',
    tax: 20,
    taxPrefix: 'GB',
    share: 18,
    given: ['Imogen', 'Callum', 'Priya', 'Rhys', 'Harriet'],
    family: ['Whitfield', 'Okafor', 'Pritchard', 'Patel', 'Ashworth'],
    cities: [
      ['London', 'E8 3QX'],
      ['Manchester', 'M4 6DF'],
      ['Edinburgh', 'EH6 7LR'],
    ],
    streets: ['{} Mill Lane', '{} Station Road', '{} Canal Wharf'],
  },
  {
    code: 'US',
    language: 'en',
    timeZone: 'America/Los_Angeles',
    currency: 'USD',
    tax: 0,
    taxPrefix: 'US',
    share: 22,
    given: ['Avery', 'Jordan', 'Maya', 'Tyler', 'Sofia', 'Kwame'],
    family: ['Hernandez', 'Nguyen', 'Carter', 'Goldberg', 'Johnson', 'Park'],
    cities: [
      ['Oakland', '94607', 'CA'],
      ['Austin', '78702', 'TX'],
      ['Portland', '97214', 'OR'],
      ['Denver', '80205', 'CO'],
    ],
    streets: ['{} Juniper Street', '{} 14th Avenue', '{} Riverside Drive'],
  },
  {
    code: 'CA',
    language: 'en',
    timeZone: 'America/Toronto',
    currency: 'USD',
    tax: 5,
    taxPrefix: 'CA',
    share: 12,
    given: ['Émilie', 'Liam', 'Harpreet', 'Noah'],
    family: ['Tremblay', 'MacDonald', 'Singh', 'Bouchard'],
    cities: [
      ['Toronto', 'M5V 2T6', 'ON'],
      ['Montréal', 'H2X 1Y4', 'QC'],
      ['Vancouver', 'V6B 1A1', 'BC'],
    ],
    streets: ['{} Maple Crescent', '{} King Street', '{} rue Principale'],
  },
];

/** @throws {RangeError} for a country without customers */
export function seedCountry(code: string): SeedCountry {
  const found = seedCountries.find((country) => country.code === code);
  if (!found) throw new RangeError(`no seed country ${code}`);
  return found;
}
