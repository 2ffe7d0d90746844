import { z } from 'zod';
import { type EndpointSpec, idParams, type SampleWorld } from './endpoint.js';

/** What the endpoints of things that people define, such as views, roles and custom fields, have in common. */
export interface Resource {
  /** Where they are, below /api/v1: `/views`. */
  path: string;
  tag: string;
  access: EndpointSpec['access'];
  /** Who may read them, if others may too. */
  read?: EndpointSpec['access'];
  /** Path parameters of the list, if it has any; of one thing they are these and `id`. */
  params?: z.ZodObject;
  /** The schema of one. It has an `id` and a `version`. */
  answer: z.ZodType;
  /** Path parameters of one for the sweeps. */
  sample: (world: SampleWorld) => Record<string, string>;
}

type Own = 'summary' | 'operationId';
/** What an endpoint says for itself. It replaces what the resource says. */
type More = Pick<EndpointSpec, Own> & Partial<Omit<EndpointSpec, Own | 'sample'>>;
/** Query and body for the sweeps, and path parameters if they are not those of the resource. */
type Sample = { params?: Record<string, string>; query?: Record<string, string>; body?: unknown };
type Sampled<Rest = More> = Rest & { sample?: (world: SampleWorld) => Sample };

/** Returns functions that complete the descriptions of a resource's endpoints: paths, rights, ETags and samples. */
export function resource(r: Resource) {
  const params = r.params ? { params: r.params } : {};
  const one = r.params ? z.strictObject({ ...r.params.shape, id: idParams.shape.id }) : idParams;
  const rest = ({ sample: _, ...more }: Sampled) => more;
  /** Samples of path parameters, without the ID for the list. */
  const sampleOf = ({ sample }: Sampled, isOne: boolean) => ({
    sample: (world: SampleWorld) => {
      const { id, ...others } = r.sample(world);
      const path = isOne ? { ...others, id: id! } : others;
      return { ...(Object.keys(path).length ? { params: path } : {}), ...sample?.(world) };
    },
  });
  const common = { tag: r.tag, access: r.access };
  const ofAll = (method: EndpointSpec['method'], more: Sampled): EndpointSpec => ({
    ...common,
    method,
    path: r.path,
    ...params,
    responses: {},
    ...rest(more),
    ...sampleOf(more, false),
  });
  /** @param below the path below that of the thing: `/restore` */
  const ofOne = (method: EndpointSpec['method'], below: string, more: Sampled): EndpointSpec => ({
    ...common,
    method,
    path: `${r.path}/{id}${below}`,
    params: one,
    conditional: true,
    responses: { [more.status ?? 200]: r.answer },
    ...rest(more),
    ...sampleOf(more, true),
  });
  return {
    /** Lists them. */
    list: (more: Sampled<More & Pick<EndpointSpec, 'responses'>>) =>
      ofAll('get', { access: r.read ?? r.access, ...more }),
    /** Creates one; answers 201 with its Location and ETag. */
    create: (more: Sampled<More & Required<Pick<EndpointSpec, 'body'>>>) =>
      ofAll('post', { status: 201, conditional: true, responses: { 201: r.answer }, ...more }),
    /** Returns one. */
    get: (more: Sampled) => ofOne('get', '', { access: r.read ?? r.access, ...more }),
    /** Changes one; what is left out stays. */
    change: (more: Sampled<More & Required<Pick<EndpointSpec, 'body'>>>) => ofOne('patch', '', more),
    /** Replaces one. */
    replace: (more: Sampled<More & Required<Pick<EndpointSpec, 'body'>>>) => ofOne('put', '', more),
    /** Deletes one; answers 204. */
    remove: (more: Sampled) => ofOne('delete', '', { status: 204, responses: { 204: null }, ...more }),
    /** Does something with one. @param below what, as the last part of its path: `/restore` */
    post: (below: string, more: Sampled) => ofOne('post', below, more),
    /** Any other endpoint of one. */
    one: ofOne,
    /** Any other endpoint of all. */
    all: ofAll,
  };
}
