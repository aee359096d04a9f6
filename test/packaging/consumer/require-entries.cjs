// Run from an installed tarball: CommonJS can load every server entry (Node >= 20.19 loads ES modules with require).
const names = ['mephisto-sdk', 'mephisto-sdk/blueprint', 'mephisto-sdk/client', 'mephisto-sdk/embedded', 'mephisto-sdk/express', 'mephisto-sdk/inhouse', 'mephisto-sdk/prisma', 'mephisto-sdk/testing']
console.log(JSON.stringify(Object.fromEntries(names.map(name => [name, Object.keys(require(name))]))))
