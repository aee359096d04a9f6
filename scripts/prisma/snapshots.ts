import { readdirSync, readFileSync } from 'node:fs'
import type { Dialect } from '../../prisma/dialect.js'

/** The template as it was, or will be, when a migration leads to it. */
export interface Snapshot {
  /** The migration's name, such as `0002_event_log`. */
  readonly name: string
  readonly template: string
}

/**
 * Migrations that users' databases may have, with the checksums that those databases remember. They are frozen: the
 * generator verifies their files and never writes them. Add an entry for each dialect when a version is published; a
 * migration that is in no entry may still change.
 */
export const RELEASED: Readonly<Record<string, Partial<Record<Dialect, string>>>> = {
  '0001_initial': {
    sqlite: 'fb9d09354cd671b40082060946945d200572d61a5650213de3ae08ada45b1c52',
    postgresql: 'd20e36a201332153c767740a59cf73f4c7ba59cf639868da221c20dd859d0720',
    cockroachdb: 'c62c274da62d6af88660c576bfd8136f14ff8e81076e0190abb2755369ee2d10',
    mysql: 'f5bf78f3cd3713014fbb5eb163e18a366bb22b783dfff4c698d4e6d0f3c74643',
    sqlserver: '290f477e3783c5acb08c5e24642b17b78a5d416dfdb55650c7607ceadba66405',
  },
  '0002_event_log': {
    sqlite: 'ec01ac0509713910c2cbb439a72d40095a62adee33d3f7fc12aaca7e251b15b3',
    postgresql: 'cf1a0019d2682141d03ee206ca5ef7e56143402bc32950185f8c39c4143bc1d0',
    cockroachdb: '7cf55c2e73b4285ee178cb1e19af9b7fce0e65721dc8aae8b08c7984e5ef31b4',
    mysql: '311e9a11e1f0d0cf9c2459ee5ac90f8b70f3c7a78ad546feffbbaca5fe2975bd',
    sqlserver: 'ebaa5e62c271df5e9741e2d08756564b0699c1b7fa47ec1bd84f7f83c8da6438',
  },
  '0003_refusals': {
    sqlite: 'd4d3ff8a179e8fd7f401de08445454e255bfea0543fd4bb6b813321626499a72',
    postgresql: 'c9004509225094688f444f1fcaae464762ea49807850fdb3d6ef45cd9d13a57c',
    cockroachdb: '1bdc766671cd2ada13acb3d87596261bfda7a99307d60ad115f580c0f3227965',
    mysql: '95e34bbec5ac1321431053a058579d7ffd913bc4ced4fbb2afd7d01f6da5f9cf',
    sqlserver: '8aecc4eabc194c92851475386d307d31e7b153f0ef3c9aa3433094c8c4b9e3b8',
  },
  '0004_webhooks': {
    sqlite: '1a564fec0c603943130162c72bc4c39c1eb7852a4762259f10bac4770d104c59',
    postgresql: 'e6594a38fd4ba56eccde92abe347c5efc2cb89dd20451352d4e9b91ec6788bf8',
    cockroachdb: '2b54f5fd675bb973ceb5beeb01178c5f7d43ffade91ced6bc55ce2ea1f1e9a88',
    mysql: '7de6b8c2a2e9951db009888aae0c264820cc107778053ddd8cd8b42c14da7dcb',
    sqlserver: '5204da524d845d1d655a2e93d0cbe7eb67642081d8459eebdc0be0c8f05da109',
  },
  '0005_feeding_and_publishing': {
    sqlite: '74fc7c6a044575343a4592337e7ca53b84f75589aaa0cfdfa791acca728da430',
    postgresql: '6bca4bc1a0708ff1d2b326d50412ff642e2de5b9a27150b6623a1301fffe64d4',
    cockroachdb: '2d648325765155ba8c6db29d4d9a52e4896aa08dadb6f66b60e38e977ded2381',
    mysql: 'c5cd4e8c95fc7eb386861bbe02b0593cb39536d415cae94495475dcd43788d9d',
    sqlserver: '8fc93100f9914cd778b48d130e38a80c0a801bda753fee399b5dc1429bfc0664',
  },
  '0006_files': {
    sqlite: 'e01264ef32a43e922844737b913a2cf6ac095f2cdd7412db08314d149fecce01',
    postgresql: 'c7030fcda4cd340fa910a486c22390acde5728341b569f869373d0cb360ca033',
    cockroachdb: '4d508231dfff9b5582c2d1556af16508afe75069e197d95f0091872cf32b9142',
    mysql: 'eedaa7c2059e06073220aa2d2992261734b67b9422bf83673dda9f7c6d36bf0e',
    sqlserver: '6646856d9be9519b0d56912ee8ca26d9fa37bdf9349a251b7633e5ecb1780828',
  },
  '0007_sessions': {
    sqlite: '1f36d32f0a11abbf23f3b651fcb7929182b65639e4db0585b2479fd3b577ae8f',
    postgresql: 'c4520ccce309413c78082e5b068b77ed16f5c9f95422d11638c7afaa5a2d5057',
    cockroachdb: 'd06ed2af9d2dfee3da7b1ca273625a6ee573458b0ab55526ee8742dfe8fc3d06',
    mysql: '91c74bb45c8faa6d4b0a091363f141a31a07a32e7deb50a3c8ea7aaa5d0c0777',
    sqlserver: '966770d1b6dca513d2c13f851ca76ad9ec6425908c268d0ad34f77ea2b110dca',
  },
  '0008_live': {
    sqlite: '1e910aa2da974e71a22e24dc17e732da2ada2aeb1ce2660cd78a3a25a3ca4779',
    postgresql: '466b3c753fa0d0b195029739f8a456eeb53223a4f72f4829ce36ac163f523dcc',
    cockroachdb: '29eced15ca364a5f85b738858a89f4a98396564282cdffc13b12d0b79bcdef18',
    mysql: '15066e20396ad0ae88416141bfca42b491b4c17b7674a806a21be7cf2a35f3c0',
    sqlserver: '43fedae234610061b6d57df64460c6ea2be48c19fa4f6aa82e94bb79a482da19',
  },
  '0009_budgets_and_free_units': {
    sqlite: 'bb6b5fe57d3d7e5a8d530248b38debbc12345aea60321edfb0ef4f4b93e8b21b',
    postgresql: '05dcfb6b26ce90b50f7cf650e58c3eb3024c082d60133db365559f14ae9a934f',
    cockroachdb: 'c718f66dbc82e576111471e3e54c646631acc0cc158bb683ec2a5d312bf22d00',
    mysql: 'b74f98419d8544d14617be72e352a8a6a6c9b9a44aaae36017d2d5ad5e53c09a',
    sqlserver: '2d42b979dee4c3e1e42e71fabeb0a3f114f958340868e0f69db07db6e392d272',
  },
  '0010_audit_and_retention': {
    sqlite: 'd4915c5b64ddcd05370971176d7f58e3c77004502c5ee7b086f0f9abece2a268',
    postgresql: 'cdaa315785e4e553d9e58a39085634c3d7b5bc30ddc30b57bd1f555a57478a6a',
    cockroachdb: '3fa93e3a1e90b730a61332815d1a44377f80182e5b98a609722a5cb8c11cc15e',
    mysql: '22ed636874edc06486a3041f8f06b4a1a1f7d6bd3e9ca79daa07887aee95b3ee',
    sqlserver: 'b4983109b81926edb1a525f9ef1414be031efca526682d257ab822f592871b1d',
  },
  '0011_assignees': {
    sqlite: 'f59d0dff56049e9fb535107a36ec3348135adfb2306ca241ebcb7798d0dc4bf8',
    postgresql: '698ca0e81480eb9c8906c35d1891001d29e291fd81fab8437628ee2e0c6c5cff',
    cockroachdb: '7aaa12c4094361ae870ff7378eaa3b2871b12763067e272653667ab3b2cfcd42',
    mysql: '5ea7c2e60535a0adea3c0ea2e532a41d43a0b2e3fe7130ae64ac4747fa5179d8',
    sqlserver: 'fe7be71772b5901ef1e641177940c35eb4cf9040e71dd6dc9cf83bb1bc66097d',
  },
  '0012_data_removed': {
    sqlite: 'c4e2ea8e58f0f94b001967163acd7be293e632bdde994abe0ccab444eab29e8c',
    postgresql: '6325b7a4c7a9fe81082e058583cbdd3a6058edd9a4dfab1f315125738d95c1c3',
    cockroachdb: '763d8dc2fa6161d983ea167a9588ac057c930c63c42c1c139b5e03e7e11975bb',
    mysql: '8736100ffefe93743a4e3ea14e808d1dce508fe4566653ba21424514ff66bb9b',
    sqlserver: '726bce84e06c4bc0cc6e7caa93503656ae1895ed7af7fad3c9ed6efe4ca3472f',
  },
  '0013_remarks': {
    sqlite: 'dc70198fb5739203167aea1d2b9c2a5af41a4b5acbc9535f04fef1e2a12b02f7',
    postgresql: '2b14fa6a27d27b9bf50314867d5662b72c2c91b46bf25a7dd31d78d3aa7e4eb9',
    cockroachdb: '94bfb487d334eac7c39762dfacf90883134887ab3f65891fdb65c9edeba8dd24',
    mysql: 'a8dd9eaf57fe22876280ccc6b1715e3fb17abdf1c9c5d07abfa813da8800d325',
    sqlserver: 'd224102ee49bd1fb3aca528c5fbb920bf4f503afcfa8214e2cb543ace34b5d2d',
  },
  '0014_whole_decisions': {
    sqlite: 'f00db0549e421f16c8fcde3038f1c93c3bfbe5a5b8118d572d399513f5194511',
    postgresql: 'd55f821626c0946505a2532f04a370d62aec554e7b38817c2444ba80d95b598b',
    cockroachdb: 'f9c362cda775a6e2cef1101f0a3abd09a3788ce9f464d0b152e3fd7ac07851c0',
    mysql: '13da2dfe2c9d2a9a970bbb5b4dbb068cf088a5788476e916a6ea54eb2d10fcf6',
    sqlserver: '94d84bbae615b0b5dcbf86e497d2fc6ce5926f91a05c40d58b5990e006a00165',
  },
}

/**
 * Statements that follow those of a migration on every database: what old rows need. Tokens as in `Migration.statements`. They
 * must do no harm to rows of any later version: where others make the tables, they run when that is recorded.
 */
export const DATA_STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  // The unit that a worker has in their hands is looked up by this column from now on.
  '0002_event_log': [
    "UPDATE {t:run_worker} SET unit_id = (SELECT u.id FROM {t:unit} u WHERE u.run_id = {t:run_worker}.run_id AND u.holder = {t:run_worker}.worker_id AND u.status = 'assigned')",
    // What is expired no longer names who had it: they may have the item again when the run goes on.
    "UPDATE {t:unit} SET holder = id WHERE status = 'expired'",
  ],
}

/** Where snapshots are, from the root of the repository. */
export const SNAPSHOT_FOLDER = 'prisma/ddl/models'

const ENDING = '.tpl.prisma'

/** All snapshots, oldest first. */
export function readSnapshots(root: URL): Snapshot[] {
  const folder = new URL(`${SNAPSHOT_FOLDER}/`, root)
  return readdirSync(folder).filter(file => file.endsWith(ENDING)).sort()
    .map(file => ({ name: file.slice(0, -ENDING.length), template: readFileSync(new URL(file, folder), 'utf8') }))
}

/** The file of a snapshot, from the root of the repository. */
export const snapshotFile = (name: string): string => `${SNAPSHOT_FOLDER}/${name}${ENDING}`
