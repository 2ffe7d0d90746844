import type { ObjectDescription } from '@/records/object-description';
import type {
  FeatureDefinition,
  FeatureRoute,
  FormTool,
  ListAction,
  RecordAction,
  RecordMenuItem,
  RecordPanel,
  SelectionAction,
} from './feature.types';

/** Every folder of src/features. A new feature needs no registration. */
const modules = import.meta.glob<FeatureDefinition>('../features/*/index.ts', {
  eager: true,
  import: 'default',
});

/** The definitions of all features. */
export const features: FeatureDefinition[] = Object.values(modules);

/** The routes of all features, with the name of the feature. */
export const featureRoutes: (FeatureRoute & { feature: string })[] = Object.entries(modules).flatMap(
  ([path, { routes = [] }]) => routes.map((route) => ({ ...route, feature: path.split('/').at(-2) ?? path })),
);

/** Buttons that features add to the header of a record of this object. */
export function recordActionsFor(object: ObjectDescription): RecordAction[] {
  return features.flatMap((feature) => feature.recordActions?.(object) ?? []);
}

/** Entries that features add to the "…" menu of a record of this object. */
export function recordMenuFor(object: ObjectDescription): RecordMenuItem[] {
  return features.flatMap((feature) => feature.recordMenu?.(object) ?? []);
}

/** Tabs that features add to a record of this object. */
export function recordPanelsFor(object: ObjectDescription): RecordPanel[] {
  return features.flatMap((feature) => feature.recordPanels?.(object) ?? []);
}

/** Blocks that features add to the home page, in their order. */
export const homeBlocks = features
  .flatMap((feature) => feature.homeBlocks ?? [])
  .sort((a, b) => a.order - b.order);

/** Features' dialogs that can open above any page. */
export const overlays = features.flatMap((feature) => feature.overlays ?? []);

/** Buttons that features add above a list of this object. */
export function listActionsFor(object: ObjectDescription): ListAction[] {
  return features.flatMap((feature) => feature.listActions?.(object) ?? []);
}

/** Tools that features add to the head of the form of this object. */
export function formToolsFor(object: ObjectDescription): FormTool[] {
  return features.flatMap((feature) => feature.formTools?.(object) ?? []);
}

/** Buttons that features add to the bar of selected records of this object. */
export function selectionActionsFor(object: ObjectDescription): SelectionAction[] {
  return features.flatMap((feature) => feature.selectionActions?.(object) ?? []);
}
