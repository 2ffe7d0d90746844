import { lastActivityField, nextActivityFields } from '@pellucid/modules/activities';
import { FORECAST_CATEGORIES } from '@pellucid/modules/pipelines';
import { SALES_DATA } from '@pellucid/platform/access';
import { convertedSql } from '@pellucid/platform/money';
import {
  defineLines,
  defineRecord,
  type FieldDescriptor,
  field,
  optionsOf,
} from '@pellucid/platform/records';
import { firstProductLink } from './product-link.js';
import { opportunityTextsDe } from './opportunities.texts-de.js';

/** Converts an amount by the rate that its recalculation will use. */
const inBaseSql: FieldDescriptor['inBaseSql'] = (alias, to) =>
  convertedSql(
    {
      alias,
      column: 'base_amount',
      day: `coalesce(${alias}.rate_date, least(${alias}.close_date, ${to.today}))`,
    },
    to,
  );

/** Decimals of quantities and discounts of lines. */
const LINE_SCALE = 4;

/** A potential sale to an account. */
export const opportunityRecord = defineRecord({
  key: 'opportunity',
  texts: { de: opportunityTextsDe },
  plural: 'opportunities',
  label: 'Opportunity',
  pluralLabel: 'Opportunities',
  table: 'opportunity',
  verbs: [
    { key: 'move', label: 'Move to another stage' },
    { key: 'win', label: 'Win' },
    { key: 'lose', label: 'Lose' },
    { key: 'reopen', label: 'Reopen' },
  ],
  verbsTell: {
    moved: ['stage'],
    won: ['stage'],
    lost: ['stage'],
    reopened: ['stage'],
    linesChanged: ['product'],
  },
  presentation: {
    icon: 'target',
    order: 20,
    keyFacts: ['stage', 'amount', 'closeDate', 'owner'],
    askedBySteps: ['closeReason'],
    groupedBy: ['pipeline', 'stage'],
  },
  roles: SALES_DATA,
  lines: [
    defineLines({
      key: 'lines',
      label: 'Product lines',
      table: 'opportunity_line',
      ownerColumn: 'opportunity_id',
      // The field "Product" is the product of the first line, and tells it.
      derivedFrom: ['product'],
      fields: [
        field.reference('product', 'Product', 'product', { required: true }),
        field.number('quantity', 'Quantity', {
          scale: LINE_SCALE,
          min: 0,
          max: 999_999_999,
          required: true,
          default: () => '1',
        }),
        // The amount of a deal and its currency would tell prices, and the other way round.
        field.money('unitPrice', 'Unit price', {
          currency: { field: 'currency' },
          min: 0,
          derivedFrom: ['amount', 'currency'],
          help: "If empty, the product's price.",
        }),
        field.number('discount', 'Discount %', {
          scale: LINE_SCALE,
          min: 0,
          max: 100,
          required: true,
          default: () => '0',
        }),
        field.money('amount', 'Total', {
          currency: { field: 'currency' },
          readOnly: true,
          derivedFrom: ['lines.quantity', 'lines.unitPrice', 'lines.discount'],
        }),
      ],
    }),
  ],
  fields: [
    field.text('name', 'Name', {
      maxLength: 420,
      searchable: true,
      defaultColumn: true,
      derivedFrom: { from: ['account.name', 'product.name'], where: 'nameComposed' },
      section: 'Opportunity',
      help: 'If empty, made from account and product.',
    }),
    field.reference('account', 'Account', 'account', {
      belongsTo: true,
      defaultColumn: true,
      section: 'Opportunity',
    }),
    field.reference('contact', 'Contact', 'contact', { belongsTo: true, section: 'Opportunity' }),
    field.reference('product', 'Product', 'product', {
      link: firstProductLink,
      derivedFrom: { from: [], lines: ['lines.product'] },
      section: 'Opportunity',
      help: 'The first product line.',
    }),
    field.reference('pipeline', 'Pipeline', 'pipeline', {
      indispensable: true,
      section: 'Stage',
      help: 'If empty, the default pipeline.',
    }),
    field.reference('stage', 'Stage', 'stage', {
      indispensable: true,
      lookupScope: { field: 'pipeline', preferred: 'isDefault' },
      defaultColumn: true,
      section: 'Stage',
      help: 'If empty, the first open stage.',
    }),
    field.money('amount', 'Amount', {
      currency: { field: 'currency' },
      comparedBy: 'baseAmount',
      defaultColumn: true,
      derivedFrom: {
        from: [],
        lines: ['lines.quantity', 'lines.unitPrice', 'lines.discount'],
        where: 'amountFromLines',
      },
      section: 'Amount',
      help: 'If empty, the sum of the product lines.',
    }),
    field.currency('currency', 'Currency', {
      required: true,
      defaultFrom: { reference: 'legalEntity', field: 'currency' },
      default: ({ baseCurrency }) => baseCurrency,
      section: 'Amount',
      help: "If empty, the legal entity's currency, else the base currency.",
    }),
    field.number('rate', 'Exchange rate', {
      scale: 10,
      min: 0,
      max: 900_000,
      derivedFrom: ['amount', 'currency', 'rateDate'],
      section: 'Amount',
      help: 'Base currency per unit of the currency. If empty, taken from the exchange rates.',
    }),
    field.date('rateDate', 'Rate date', {
      derivedFrom: ['amount', 'currency', 'closeDate'],
      section: 'Amount',
    }),
    field.money('baseAmount', 'Amount in base currency', {
      readOnly: true,
      derivedFrom: ['amount', 'rate'],
      keptIn: 'baseCurrency',
      inBaseSql,
      section: 'Amount',
    }),
    field.currency('baseCurrency', 'Base currency', {
      readOnly: true,
      filterable: false,
      derivedFrom: ['amount', 'rate'],
      section: 'Amount',
      help: 'The currency that rate and base amount are to.',
    }),
    field.datetime('stageSince', 'In stage since', {
      readOnly: true,
      // An imported one has been in its stage since it was begun or closed.
      derivedFrom: ['stage', 'engageDate', 'closeDate'],
      section: 'Stage',
      help: 'When it entered its stage.',
    }),
    field.date('closeDate', 'Close date', { defaultColumn: true, section: 'Stage' }),
    field.date('engageDate', 'Engage date', { section: 'Stage' }),
    field.number('probability', 'Probability (%)', {
      min: 0,
      max: 100,
      derivedFrom: ['stage'],
      section: 'Stage',
      help: 'If empty, follows the stage.',
    }),
    field.select('forecastCategory', 'Forecast category', optionsOf(...FORECAST_CATEGORIES), {
      derivedFrom: ['stage'],
      section: 'Stage',
    }),
    field.select('type', 'Type', optionsOf('New business', 'Existing business', 'Renewal'), {
      openOptions: true,
      maxLength: 100,
      section: 'Opportunity',
    }),
    field.select(
      'source',
      'Source',
      optionsOf('Web', 'Phone', 'E-mail', 'Referral', 'Partner', 'Event', 'Advertisement', 'Other'),
      { openOptions: true, maxLength: 100, section: 'Opportunity' },
    ),
    field.text('nextStep', 'Next step', { section: 'Opportunity' }),
    ...nextActivityFields('Opportunity'),
    lastActivityField('Opportunity'),
    field.text('closeReason', 'Close reason', { section: 'Stage' }),
    field.datetime('closedAt', 'Closed at', {
      readOnly: true,
      derivedFrom: ['stage', 'closeDate'],
      section: 'Stage',
    }),
    field.boolean('nameComposed', 'Automatic name', {
      readOnly: true,
      audited: false,
      filterable: false,
      default: () => false,
      section: 'Opportunity',
    }),
    field.boolean('amountFromLines', 'Automatic amount', {
      readOnly: true,
      audited: false,
      filterable: false,
      // Whether an amount is the sum would tell something of both.
      derivedFrom: { from: ['amount'], lines: ['lines.quantity', 'lines.unitPrice', 'lines.discount'] },
      default: () => false,
      section: 'Amount',
    }),
    field.longText('description', 'Description', { section: 'Opportunity' }),
  ],
});
