/** One noun, one room: rooms share a few doors and do not reach into each other. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'client-takes-types-and-inputs-only',
      comment: 'From the server the client imports types, and input schemas. A test is not sent to anybody.',
      severity: 'error',
      from: { path: '^client/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^server/', pathNot: '(input\\.ts$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-not-db',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^db/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-not-client',
      severity: 'error',
      from: { path: '^(server|db)/' },
      to: { path: '^client/' },
    },
    {
      name: 'db-below-server',
      comment: 'The seed alone uses the vault, to seal what it makes.',
      severity: 'error',
      from: { path: '^db/', pathNot: '(^db/seed/|\\.test\\.ts$)' },
      to: { path: '^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'lucia-in-one-file',
      severity: 'error',
      from: { path: '^(server|db|client|e2e)/', pathNot: '^server/auth/lucia\\.ts$' },
      to: { path: 'node_modules/lucia/' },
    },
    {
      name: 'otplib-in-one-file',
      comment: 'Its verify returns an object, and an object is truthy.',
      severity: 'error',
      from: { path: '^(server|db)/', pathNot: '^server/(auth/totp|testing/)' },
      to: { path: 'node_modules/(otplib|@otplib)/' },
    },
    {
      name: 'webauthn-in-one-file',
      comment: 'It reads what strangers send: what it is given is cut to size in one place.',
      severity: 'error',
      from: { path: '^(server|db)/', pathNot: '^server/(auth/webauthn|testing/)' },
      to: { path: 'node_modules/@simplewebauthn/server/' },
    },
    {
      name: 'cipher-behind-the-vault',
      severity: 'error',
      from: { path: '^(server|db)/', pathNot: '(^server/crypto/|\\.test\\.ts$)' },
      to: { path: '^server/crypto/cipher' },
    },
    {
      name: 'contract-is-shapes-alone',
      comment: 'What services and the portal speak: zod and the primitives.',
      severity: 'error',
      from: { path: '^server/services/contract/' },
      to: { pathNot: '^server/services/contract/|^server/trpc/input\\.ts$|node_modules/zod/' },
    },
    {
      name: 'typed-client-stands-alone',
      comment: 'It is installed without the portal.',
      severity: 'error',
      from: { path: '^server/services/(client/|(client|holder|port|port-kit|index)\\.ts$)' },
      to: {
        pathNot:
          '^server/services/(client/|(client|holder|port|port-kit)\\.ts$|contract/)|^server/trpc/input\\.ts$|node_modules/(zod|jose)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
    exclude: { path: '(^dist/|^\\.data/)' },
  },
};
