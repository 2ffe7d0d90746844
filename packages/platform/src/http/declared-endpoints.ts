import 'reflect-metadata';
import type { DynamicModule, ForwardReference, Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { ENDPOINT, type EndpointSpec } from './endpoint.js';

type Importable = Type<unknown> | DynamicModule | Promise<DynamicModule> | ForwardReference;

/**
 * Returns every endpoint that a module tree declares, without starting anything; for the OpenAPI document and for
 * checks.
 * @throws Error naming a handler that has a route but declares no permission
 */
export async function declaredEndpoints(root: Importable): Promise<EndpointSpec[]> {
  const seen = new Set<unknown>();
  const specs: EndpointSpec[] = [];
  const visit = async (given: Importable): Promise<void> => {
    const module = await given;
    if (!module || 'forwardRef' in module || seen.has(module)) return;
    seen.add(module);
    const dynamic = 'module' in module ? module : undefined;
    const type = (dynamic?.module ?? module) as Type<unknown>;
    const list = (key: 'imports' | 'controllers') => [
      ...((dynamic?.[key] as unknown[]) ?? []),
      ...(Reflect.getMetadata(key, type) ?? []),
    ];
    for (const controller of list('controllers') as Type<unknown>[]) {
      if (seen.has(controller)) continue;
      seen.add(controller);
      for (const name of Object.getOwnPropertyNames(controller.prototype)) {
        if (name === 'constructor') continue;
        const handler = Object.getOwnPropertyDescriptor(controller.prototype, name)?.value;
        if (typeof handler !== 'function' || Reflect.getMetadata(PATH_METADATA, handler) === undefined)
          continue;
        const spec = Reflect.getMetadata(ENDPOINT, handler) as EndpointSpec | undefined;
        if (!spec)
          throw new Error(
            `${controller.name}.${name} has a route but declares no permission: use @Endpoint({…, access})`,
          );
        specs.push(spec);
      }
    }
    for (const imported of list('imports') as Importable[]) await visit(imported);
  };
  await visit(root);
  return specs;
}
