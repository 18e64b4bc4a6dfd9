import type { Hono, NotFoundHandler } from 'hono';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Answers what no route takes, in the protocol's form: 405 with Allow where the path takes another method, else 404. */
export function notFound(app: Hono): NotFoundHandler {
  return (c) => {
    const path = c.req.path.slice(0, 200);
    const allowed = METHODS.filter((method) => hasRoute(app, method, c.req.path));
    if (!allowed.length) return c.json({ error: `there is no ${path}: see /openapi.json for what there is` }, 404);
    c.header('Allow', allowed.join(', '));
    return c.json({ error: `${path}: got ${c.req.method.slice(0, 20)}, need ${allowed.join(' or ')}` }, 405);
  };
}

/** Whether a route, not middleware alone, takes this method there. */
function hasRoute(app: Hono, method: string, path: string): boolean {
  const [matches] = app.router.match(method, path);
  return matches.some(([[, route]]) => route.method !== 'ALL');
}
