// indices:read as people say it; a permission this console does not know stays as it is.
const known = ['indices:read', 'waits:read', 'live:read', 'overview:read', 'rules:read'];

export const scopeWord = (t: (key: string) => string, scope: string) => (known.includes(scope) ? t(`tokens.scope.${scope.replace(':', '_')}`) : scope);
