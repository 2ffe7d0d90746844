import { type Condition, checkCondition, fieldsOf } from '@pellucid/conditions';
import { conflict, ProblemError } from '../../errors/index.js';
import { type FilterContext, QueryParts } from '../decide/index.js';
import { collectionOf } from '../describe/index.js';
import { dimension } from './aggregate/dimensions.js';
import { measure } from './aggregate/measures.js';
import type { GroupRequest, MeasureRequest } from './aggregate/request.js';
import { resolverOf, withheldOn } from './field-paths.js';
import { parseSort } from './list-query.js';

/** A part of a saved view that may not apply to whoever opens it. */
export type ViewPart = 'filter' | 'sort' | 'columns' | 'group' | 'colours' | 'board' | 'calendar';

/** What of a view does not apply to whoever opens it. */
export interface ViewNotes {
  /** Parts that use a field which the caller can't filter or sort by. Fields are not named. */
  withheld: ViewPart[];
  /** Parts that use a field which no longer exists, or no longer fits. */
  gone: { part: ViewPart; label: string | null }[];
}

/** What a list takes from a saved view, as far as it applies to the caller. */
export interface ViewCriteria {
  filter?: Condition;
  /** As in lists: `-amount,name`. */
  sort?: string;
  /** Keys of the columns. */
  fields: string[];
  notes: ViewNotes;
}

/** Looks up saved views. Implemented by the module that stores them. */
export interface SavedViews {
  /**
   * Returns what a view says about a list, for the context's actor.
   * @throws ProblemError 404 for a view that they don't see, or of another object
   */
  criteria(object: string, id: string): Promise<ViewCriteria>;
}

/** DI token of {@link SavedViews}. */
export const SAVED_VIEWS = Symbol('SavedViews');

/** A request for records that may name a saved view. */
export interface WithView {
  view?: string | undefined;
  sort?: unknown;
  fields?: string[] | undefined;
}

/** A request with what its view adds. */
export interface ViewedRequest<R> {
  request: R;
  /** The condition of the view; it applies in addition to the filter of the request. */
  within: Condition | undefined;
  /** What of the view does not apply; undefined if all of it does. */
  notes: ViewNotes | undefined;
}

/**
 * Looks up the saved view that a request names. Sort and fields of the request replace those of the view.
 * @throws ProblemError 404 for a view that the caller doesn't see
 */
export async function withView<R extends WithView>(
  views: SavedViews | undefined,
  object: string,
  request: R,
): Promise<ViewedRequest<R>> {
  if (request.view === undefined || !views) return { request, within: undefined, notes: undefined };
  const { filter, sort, fields, notes } = await views.criteria(object, request.view);
  return {
    request: {
      ...request,
      ...(sort && !request.sort ? { sort } : {}),
      ...(fields.length && !request.fields ? { fields } : {}),
    },
    within: filter,
    notes: notes.withheld.length || notes.gone.length ? notes : undefined,
  };
}

/**
 * Looks up a view as {@link withView} does, for work on what it finds. A list that shows more than the view means is harmless;
 * changing or exporting more is not.
 * @throws ProblemError 404, 409 `viewNotApplicable` if a part of the view's filter doesn't apply to the caller
 */
export async function withViewInFull<R extends WithView>(
  views: SavedViews | undefined,
  object: string,
  request: R,
): Promise<ViewedRequest<R>> {
  const viewed = await withView(views, object, request);
  const { withheld = [], gone = [] } = viewed.notes ?? {};
  if (withheld.includes('filter') || gone.some(({ part }) => part === 'filter'))
    throw conflict(
      'viewNotApplicable',
      "The filter of this view uses a field that you can't filter by, or that no longer exists. Use a filter of your own.",
    );
  return viewed;
}

/** Returns the condition that is true where all the given ones are; undefined if none is given. */
export function allOf(...conditions: (Condition | undefined)[]): Condition | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length > 1 ? { all: given } : given[0];
}

/** Why something of a view doesn't apply to the caller. */
export type Obstacle = 'withheld' | 'gone';

/** Returns why a condition can't be used by the caller; undefined if it can. */
export function conditionObstacle(context: FilterContext, condition: Condition): Obstacle | undefined {
  if (fieldsOf(condition).some((path) => withheldOn(context, path) !== undefined)) return 'withheld';
  return checkCondition(condition, resolverOf(context)).length ? 'gone' : undefined;
}

/** Returns why a sort key (`-amount`) can't be used by the caller; undefined if it can. */
export function sortObstacle(context: FilterContext, key: string): Obstacle | undefined {
  return obstacleIn(() => parseSort(key, context, new QueryParts()));
}

/** Returns why records can't be grouped by a field for the caller; undefined if they can. */
export function groupObstacle(context: FilterContext, { field, by }: GroupRequest): Obstacle | undefined {
  return obstacleIn(() => dimension(context, new QueryParts(), { field, by }, 0));
}

/** Returns why a figure can't be worked out for the caller; undefined if it can. */
export function measureObstacle(context: FilterContext, { fn, field }: MeasureRequest): Obstacle | undefined {
  return obstacleIn(() => measure(context, new QueryParts(), { fn, field }, 0));
}

/** Returns why records can't be laid out by a date or time for the caller; undefined if they can. */
export function periodObstacle(context: FilterContext, { field }: { field: string }): Obstacle | undefined {
  return groupObstacle(context, { field, by: 'day' });
}

/** Returns why a field can't be shown to the caller in any record; undefined if it can. */
export function columnObstacle(context: FilterContext, key: string): Obstacle | undefined {
  const { descriptor, snapshot, access } = context;
  if (!descriptor.byKey.has(key) && !collectionOf(descriptor, key)) return 'gone';
  const isShown = access.decide(descriptor.key, 'read', snapshot).rulesFor(-1).read(key) !== 'hidden';
  return isShown ? undefined : 'withheld';
}

function obstacleIn(attempt: () => unknown): Obstacle | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.code === 'fieldNotInClear' ? 'withheld' : 'gone';
  }
}
