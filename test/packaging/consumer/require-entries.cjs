// Run from an installed tarball: CommonJS can load every server entry (Node >= 20.19 loads ES modules with require).
const names = ['', '/blueprint', '/client', '/data', '/embedded', '/express', '/fastify', '/fetch', '/html', '/inhouse', '/mock', '/mysql', '/node', '/opentelemetry', '/postgres', '/prisma', '/prometheus', '/testing'].map(entry => `mephisto-sdk${entry}`)
console.log(JSON.stringify(Object.fromEntries(names.map(name => [name, Object.keys(require(name))]))))
