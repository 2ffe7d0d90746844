import type { ObjectDescription } from '@/records/object-description';
import type {
  FeatureDefinition,
  ListAction,
  RecordAction,
  RecordMenuItem,
  RecordPanel,
} from './feature.types';

/** Every folder of src/features. A new feature needs no registration. */
const modules = import.meta.glob<FeatureDefinition>('../features/*/index.ts', {
  eager: true,
  import: 'default',
});

export const features: FeatureDefinition[] = Object.values(modules);

export function recordActionsFor(object: ObjectDescription): RecordAction[] {
  return features.flatMap((feature) => feature.recordActions?.(object) ?? []);
}

export function recordMenuFor(object: ObjectDescription): RecordMenuItem[] {
  return features.flatMap((feature) => feature.recordMenu?.(object) ?? []);
}

export function recordPanelsFor(object: ObjectDescription): RecordPanel[] {
  return features.flatMap((feature) => feature.recordPanels?.(object) ?? []);
}

/** Features' dialogs that can open above any page. */
export const overlays = features.flatMap((feature) => feature.overlays ?? []);

export function listActionsFor(object: ObjectDescription): ListAction[] {
  return features.flatMap((feature) => feature.listActions?.(object) ?? []);
}
