/** Plausible names for the demo company. Everything is invented. */

export const TEAMS = [
  { name: 'North', manager: 'Ingrid Solberg', reps: ['Mateo Ferrer', 'Hannah Brooks', 'Yusuf Demir'] },
  { name: 'South', manager: 'Daniel Okafor', reps: ['Claire Dubois', 'Luca Marchetti', 'Priya Raman'] },
  { name: 'Enterprise', manager: 'Sofia Lindqvist', reps: ['Owen Gallagher', 'Mei Tanaka'] },
];

export const PRODUCTS = [
  { name: 'Tideline Starter', family: 'Platform', price: '2400.00' },
  { name: 'Tideline Team', family: 'Platform', price: '9600.00' },
  { name: 'Tideline Enterprise', family: 'Platform', price: '48000.00' },
  { name: 'Guided onboarding', family: 'Services', price: '3500.00' },
  { name: 'Data migration', family: 'Services', price: '7200.00' },
  { name: 'Premium support', family: 'Support', price: '5400.00' },
];

export const TAGS = [
  { name: 'Key account', color: 'violet' },
  { name: 'Renewal', color: 'blue' },
  { name: 'At risk', color: 'red' },
  { name: 'Reference customer', color: 'green' },
];

/** City, country, and the prefix of phone numbers there. */
const PLACES: [string, string, string][] = [
  ['Hamburg', 'Germany', '+49 40 555'],
  ['Lyon', 'France', '+33 4 72 55'],
  ['Porto', 'Portugal', '+351 22 555'],
  ['Gothenburg', 'Sweden', '+46 31 555'],
  ['Leeds', 'United Kingdom', '+44 113 496'],
  ['Rotterdam', 'Netherlands', '+31 10 555'],
  ['Austin', 'United States', '+1 512 555'],
  ['Toronto', 'Canada', '+1 416 555'],
  ['Bergen', 'Norway', '+47 55 55'],
  ['Graz', 'Austria', '+43 316 555'],
];

const FIRST = [
  'Amara',
  'Jonas',
  'Leila',
  'Tobias',
  'Nadia',
  'Felix',
  'Greta',
  'Samir',
  'Elena',
  'Marcus',
  'Ines',
  'Viktor',
  'Rosa',
  'Henrik',
  'Zoe',
  'Karim',
  'Paula',
  'Stefan',
  'Aisha',
  'Bruno',
];
const LAST = [
  'Keller',
  'Moreau',
  'Santos',
  'Nyberg',
  'Whitfield',
  'de Vries',
  'Castillo',
  'Bennett',
  'Haugen',
  'Gruber',
  'Novak',
  'Rossi',
  'Fischer',
  'Laurent',
  'Almeida',
  'Johansson',
  'Clarke',
  'Bakker',
  'Hernandez',
  'Morgan',
];
const STEMS = [
  'Alder',
  'Brightwater',
  'Cobalt',
  'Dunmore',
  'Everfield',
  'Foxglove',
  'Greystone',
  'Halden',
  'Ironwood',
  'Juniper',
  'Kestrel',
  'Larkspur',
  'Meridian',
  'Northgate',
  'Oakhaven',
  'Pinecrest',
  'Quayside',
  'Redfern',
  'Silverbrook',
  'Thornbury',
];
const TRADES: [string, string][] = [
  ['Logistics', 'Services'],
  ['Foods', 'Retail'],
  ['Robotics', 'Technology'],
  ['Clinics', 'Health'],
  ['Capital', 'Finance'],
  ['Textiles', 'Manufacturing'],
];
const TITLES = [
  'Head of Operations',
  'Chief Financial Officer',
  'Procurement Lead',
  'IT Director',
  'Managing Director',
  'Project Manager',
];

/** A small random generator with a fixed seed (mulberry32), so that every demo company is the same. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Returns 60 companies. */
export function companies() {
  return STEMS.flatMap((stem, i) =>
    [0, 2, 4].map((step) => {
      const [trade, industry] = TRADES[(i + step) % TRADES.length]!;
      const [city, country, dial] = PLACES[(i * 3 + step) % PLACES.length]!;
      const name = `${stem} ${trade}`;
      const domain = `${stem}-${trade}`.toLowerCase();
      return {
        name,
        industry,
        city,
        country,
        website: `https://${domain}.example`,
        phone: `${dial} ${String(100 + i * 7 + step).padStart(4, '0')}`,
        employees: 20 + ((i * 137 + step * 61) % 4200),
        annualRevenue: String((1 + ((i * 53 + step * 29) % 240)) * 250_000),
        yearEstablished: 1950 + ((i * 7 + step * 11) % 70),
      };
    }),
  );
}

/** Returns a person at a company. @param dial prefix of phone numbers at their place of work */
export function person(n: number, domain: string, dial = '+44 20 5550') {
  const firstName = FIRST[n % FIRST.length]!;
  const lastName = LAST[(n * 7 + Math.floor(n / FIRST.length)) % LAST.length]!;
  const local = `${firstName}.${lastName}`.toLowerCase().replace(/\s+/g, '');
  return {
    firstName,
    lastName,
    email: `${local}.${n}@${domain}`,
    jobTitle: TITLES[n % TITLES.length]!,
    phone: `${dial} ${String(n).padStart(4, '0')}`,
  };
}
