/**
 * The customer in Munich, told by hand: what somebody leaves behind in two years, in her own words.
 * `daysAgo` counts back from the day the world is made. No value occurs with anybody else, so that
 * whatever is left of her after an erasure can be found by searching.
 */
export const customerStory = {
  earlierPhone: '+49 89 99998 056',
  earlierCompany: 'Schönhofer Lektorat',
  misspeltName: 'Anneliese Schönhofer',
  earlierAddress: 'Blütenring 9, D-80799 München, DE',
  movedDaysAgo: 310,
  authenticatorLabel: 'Annelies Aegis-App',
  deviceLabels: [
    'Annelies Framework-Laptop',
    'Arbeitszimmer am Fenster',
    'Diensthandy Annelie',
    'Tablet vom Küchentisch',
    'Leihrechner Hochschule',
  ],
  sshLabels: [
    'annelie@framework',
    'arbeitszimmer-ed25519',
    'Yubikey am Schlüsselbund',
    'werkstudentin Paula',
    'backup-kiste im Keller',
    'zug-laptop',
  ],
  apiLabels: [
    'nachtlauf dialektkorpus',
    'sprechproben-import',
    'wiki-bot der Schreibgruppe',
    'lektorat-ampel',
  ],
  volumeLabels: [
    'oberpfalz-aufnahmen',
    'stimme-oma-rosi',
    'korpus v7 bereinigt',
    'steuer 2025 (verschlüsselt)',
    'habil-kapitel 4',
  ],
  invoiceNotes: [
    'Projekt Dialektatlas, Kostenstelle 4471',
    'bitte an Frau Thalmayr weiterleiten',
    'Anteil Verlag Isarhang 40 %',
  ],
  tickets: [
    {
      daysAgo: 702,
      days: 2,
      subject: 'SSH to my first machine: permission denied',
      thread: [
        [
          'customer',
          'Hello, I am Annelie from Haidhausen. My key annelie@framework is refused on the new machine, the old one works. What did I miss?',
        ],
        [
          'support',
          'Hello Ms Schönhofer, the key was added after the machine had started. A restart takes it over; nothing on your volume is lost.',
        ],
        ['customer', 'That was it. Thank you, you saved my Sunday with the Oberpfalz recordings.'],
      ],
    },
    {
      daysAgo: 520,
      days: 4,
      subject: 'Invoice made out to my old trade name',
      thread: [
        [
          'customer',
          'The March invoice still says Schönhofer Lektorat. My tax adviser Mr Obermaier needs it as Schönhofer Sprachtechnik.',
        ],
        [
          'support',
          'We have corrected the billing profile. Invoices that were issued stay as they are; we have attached a correction document.',
        ],
        [
          'customer',
          'Thanks, Mr Obermaier is content. You can reach me on my mobile if anything is missing.',
        ],
      ],
    },
    {
      daysAgo: 306,
      days: 1,
      subject: 'New address after our move',
      thread: [
        [
          'customer',
          'We moved from Blütenring to Wörthstraße 27, rear building. Please use the new address from now on.',
        ],
        [
          'support',
          'You can change it under Billing at any time; we see that you already have. The next invoice will carry it.',
        ],
      ],
    },
    {
      daysAgo: 188,
      days: 6,
      subject: 'Training stops after a night, my husband blames the router',
      thread: [
        [
          'customer',
          'Three nights in a row the job on korpus v7 ended at 03:40. My husband Korbinian thinks it is our router, I think it is your side.',
        ],
        [
          'support',
          'It was ours: a host in Frankfurt was drained for maintenance at that hour. We have credited the three nights.',
        ],
        ['customer', 'Korbinian owes me a cake. Does the credit show on the next invoice?'],
        ['support', 'Yes, as a line of its own.'],
      ],
    },
    {
      daysAgo: 74,
      days: 3,
      subject: 'Who can hear the voice recordings on my volume?',
      thread: [
        [
          'customer',
          'On stimme-oma-rosi are recordings of my late grandmother Rosina. Before I train on them: who at EaseLLM could listen?',
        ],
        [
          'support',
          'Nobody without your permission: the volume is encrypted and we hold no key while it is detached. The privacy portal shows every look at your account.',
        ],
        ['customer', 'Good. I have seen the page "Who looked", that convinced me.'],
      ],
    },
    {
      daysAgo: 6,
      days: null,
      subject: 'More GPUs for the radio play in December',
      thread: [
        [
          'customer',
          'For the radio play "Föhnsturm" I need eight H100 from 7 to 19 December. Can I reserve? Reach me in the mornings, I teach in the afternoon.',
        ],
        ['support', 'We have put a reservation on hold for you and will confirm it this week.'],
      ],
    },
  ],
} as const satisfies CustomerStory;

type CustomerStory = {
  tickets: readonly {
    daysAgo: number;
    /** Until closed; null while open. */
    days: number | null;
    subject: string;
    thread: readonly (readonly ['customer' | 'support', string])[];
  }[];
  [key: string]: unknown;
};
