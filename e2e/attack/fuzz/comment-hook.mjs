// Where statements get their text: the driver, which the portal is built with, and drizzle, which quotes its
// own text in its errors.
const places = [
  {
    file: /\/dist\/server\/.*\.js$/,
    from: /(\bq\.string = string)(;?\s)/,
    to: (comment) => `$1 + ' /* ${comment} */'$2`,
  },
  {
    file: /\/drizzle-orm\/pg-core\/dialect\.js$/,
    from: /return sql2\.toQuery\(\{([\s\S]*?)\}\);/,
    to: (comment) =>
      `const built = sql2.toQuery({$1}); return { ...built, sql: built.sql + ' /* ${comment} */' };`,
  },
];
let comment = '';

export function initialize(data) {
  comment = data.comment;
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const place = places.find(({ file }) => file.test(url));
  if (!place || loaded.source === null || loaded.source === undefined) return loaded;
  const source = String(loaded.source).replace(place.from, place.to(comment));
  return { ...loaded, source };
}
