/** The app's own tables; an app of yours has them from `prisma migrate deploy`. */
export const TABLES = [
  'CREATE TABLE IF NOT EXISTS "Member" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "name" TEXT NOT NULL UNIQUE, "isKeeper" BOOLEAN NOT NULL DEFAULT false)',
  'CREATE TABLE IF NOT EXISTS "Session" ("tokenHash" TEXT PRIMARY KEY NOT NULL, "endsAt" DATETIME NOT NULL, "memberId" INTEGER NOT NULL REFERENCES "Member" ("id"))',
  'CREATE TABLE IF NOT EXISTS "Thing" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "name" TEXT NOT NULL UNIQUE, "about" TEXT NOT NULL)',
]

/** Who is there at first. */
export const MEMBERS = [{ name: 'Ann' }, { name: 'Ben' }, { name: 'Rita', isKeeper: true }]

/** What was given at first. */
export const THINGS = [
  { name: 'Cordless drill', about: 'With two batteries and a box of bits.' },
  { name: 'Pasta machine', about: 'Rolls and cuts; the crank is a little stiff.' },
  { name: 'Tent for four', about: 'One pole is mended with tape.' },
  { name: 'Hedge shears', about: 'Sharpened last spring.' },
  { name: 'Wok', about: 'Carbon steel, 36 cm.' },
  { name: 'Orbital sander', about: 'Paper not included.' },
  { name: 'Frisbee golf set', about: 'Six discs and a folding basket.' },
  { name: 'Seed spreader', about: 'For lawns up to 200 square metres.' },
]
