/** Where browsers reach the app. */
export const ORIGIN = process.env['ORIGIN'] ?? 'http://127.0.0.1:3000'
