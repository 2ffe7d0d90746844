/** Derives all names of an object from its plural. */

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Words already taken in SQL, in Prisma, by routes or by folders. */
const RESERVED = new Set(
  'auth bulk-jobs catalogues imports objects openapi settings roles users orders groups tables columns grants indexes views sequences types lists testing'.split(
    ' ',
  ),
);

/**
 * @typedef {object} ObjectNames
 * @property {string} plural `service-contracts`: folder, path
 * @property {string} key `serviceContract`: object key
 * @property {string} type `ServiceContract`: Prisma model, OpenAPI schema
 * @property {string} types `ServiceContracts`: Nest module
 * @property {string} table `service_contract`
 * @property {string} label `Service contract`
 * @property {string} pluralLabel `Service contracts`
 */

/**
 * @param {string} plural kebab-case
 * @param {string} [singular] for irregular English plurals
 * @returns {ObjectNames}
 * @throws Error that says how to fix an invalid name
 */
export function objectNames(plural, singular = singularOf(plural)) {
  if (!NAME.test(plural) || !NAME.test(singular))
    throw new Error(
      `"${NAME.test(plural) ? singular : plural}" is no name for a module: give the plural in kebab-case, e.g. service-contracts.`,
    );
  if (RESERVED.has(plural)) throw new Error(`"${plural}" means something else already: choose another name.`);
  if (singular === plural)
    throw new Error(`What is one of "${plural}" called? Give the singular: --singular <name>.`);
  const words = (text) => text.split('-');
  const pascal = (text) =>
    words(text)
      .map((word) => word[0].toUpperCase() + word.slice(1))
      .join('');
  const sentence = (text) =>
    words(text)
      .join(' ')
      .replace(/^./, (letter) => letter.toUpperCase());
  const type = pascal(singular);
  return {
    plural,
    key: type[0].toLowerCase() + type.slice(1),
    type,
    types: pascal(plural),
    table: singular.replaceAll('-', '_'),
    label: sentence(singular),
    pluralLabel: sentence(plural),
  };
}

function singularOf(plural) {
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(plural)) return plural.slice(0, -2);
  return plural.replace(/s$/, '');
}
