import { conditionSchema } from '@pellucid/conditions';
import { freeText, nameText } from '@pellucid/platform/http';
import { fieldCondition, fieldName, LANGUAGES } from '@pellucid/platform/records';
import { z } from 'zod';

/** What a layout can lay out. */
export const LAYOUT_KINDS = ['form', 'detail', 'peek', 'card'] as const;
export type LayoutKind = (typeof LAYOUT_KINDS)[number];

/** Most of each part that a layout can have. */
export const LAYOUT_LIMITS = { tabs: 12, sections: 30, pieces: 250 } as const;

const fieldKey = z.string().min(1).max(160);
const panelKey = z
  .string()
  .max(100)
  .regex(/^[a-zA-Z][\w-]*$/, 'use letters, digits, "-" and "_"');
const tabKey = z
  .string()
  .max(60)
  .regex(/^[a-z][a-zA-Z0-9-]*$/, 'start with a lower-case letter; use letters, digits and "-"');

const titles = z
  .partialRecord(z.enum(LANGUAGES), freeText(100))
  .optional()
  .meta({ description: 'The title in other languages. Without one, `title` is shown.' });

const piece = z
  .union([z.strictObject({ field: fieldKey }), z.strictObject({ panel: panelKey })])
  .meta({ id: 'LayoutPiece', description: 'A field, or a panel of a feature.' });

const section = z
  .strictObject({
    title: nameText(100).nullable(),
    titles,
    columns: z.int().min(1).max(3).default(1),
    collapsed: z.boolean().default(false),
    when: conditionSchema.optional().meta({
      description: 'Shows the section only for records that match; uses fields of the object itself.',
    }),
    pieces: z.array(piece).max(LAYOUT_LIMITS.pieces),
  })
  .meta({ id: 'LayoutSection' });

const sections = z.array(section).max(LAYOUT_LIMITS.sections);

const content = z
  .strictObject({
    sections,
    tabs: z
      .array(
        z.strictObject({
          key: tabKey.meta({ description: 'Names the tab in the address of the page.' }),
          title: nameText(100).nullable().meta({
            description: 'Null for a tab with a single panel, which has a title of its own.',
          }),
          titles,
          sections,
        }),
      )
      .max(LAYOUT_LIMITS.tabs)
      .default([]),
  })
  .meta({ id: 'LayoutContent' });

const roles = z
  .array(z.uuid())
  .max(200)
  .default([])
  .meta({ description: 'Roles that the layout is for; empty for everybody.' });

const recordType = z
  .strictObject({ field: fieldKey, value: z.string().min(1).max(255) })
  .nullable()
  .default(null)
  .meta({ description: 'Only for records whose select field has the value; null for all.' });

/** The body of a new layout. */
export const layoutCreateBody = z
  .strictObject({ kind: z.enum(LAYOUT_KINDS), roles, recordType, content })
  .meta({ id: 'LayoutCreate' });

/** The body that replaces a layout. */
export const layoutChangeBody = z.strictObject({ roles, recordType, content }).meta({ id: 'LayoutChange' });

const answeredSection = z
  .object({
    title: z.string().nullable(),
    titles,
    columns: z.int(),
    collapsed: z.boolean(),
    when: z.unknown().optional().meta({ description: 'A condition.' }),
    pieces: z.array(piece),
  })
  .meta({ id: 'LayoutSectionAnswer' });

/** A layout as administrators see it. */
export const layoutAnswer = z
  .object({
    id: z.uuid(),
    kind: z.enum(LAYOUT_KINDS),
    roles: z.array(z.uuid()),
    recordType: z.object({ field: z.string(), value: z.string() }).nullable(),
    content: z.object({
      sections: z.array(answeredSection),
      tabs: z.array(
        z.object({
          key: z.string(),
          title: z.string().nullable(),
          titles,
          sections: z.array(answeredSection),
        }),
      ),
    }),
    version: z.int(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Layout' });

export const layoutsAnswer = z.object({ data: z.array(layoutAnswer) }).meta({ id: 'LayoutList' });

const shownSection = z.object({
  title: z.string().nullable(),
  columns: z.int(),
  collapsed: z.boolean(),
  when: fieldCondition().optional(),
  pieces: z.array(z.object({ field: fieldName().optional(), panel: z.string().optional() })),
});

/** A layout as it is for one caller. Whatever names a field that they don't see is left out. */
export const ownLayout = z
  .object({
    kind: z.enum(LAYOUT_KINDS),
    recordType: z.object({ field: fieldName(), value: z.string() }).optional().meta({
      description: 'Only for records whose select field has the value. Left out if it is for all.',
    }),
    sections: z.array(shownSection),
    tabs: z.array(
      z.object({ key: z.string(), title: z.string().nullable(), sections: z.array(shownSection) }),
    ),
  })
  .meta({ id: 'OwnLayout' });

export const ownLayoutsAnswer = z.object({ data: z.array(ownLayout) }).meta({ id: 'OwnLayoutList' });

export type LayoutContent = z.output<typeof content>;
export type LayoutSection = z.output<typeof section>;
export type LayoutPiece = z.output<typeof piece>;
export type LayoutWish = z.output<typeof layoutChangeBody>;
/** A layout as it is stored. */
export type Layout = LayoutWish & { id: string; kind: LayoutKind; version: number; updatedAt: string };
export type OwnLayout = z.output<typeof ownLayout>;
