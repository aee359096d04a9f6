export default { serverExternalPackages: ['mephisto-sdk'] }
