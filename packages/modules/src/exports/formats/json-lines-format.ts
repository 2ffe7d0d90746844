import type { PresentedRecord } from '@pellucid/platform/records';
import type { ExportColumn } from '../export-columns.js';
import type { FileFormat, FormatState, WrittenRows } from './file-format.js';

const LINE_FEED = 0x0a;

/** JSON lines: each record on a line as the API answers with it, with its ID and the chosen members only. Lines are lists. */
export class JsonLinesFormat implements FileFormat {
  readonly mediaType = 'application/x-ndjson; charset=utf-8';
  readonly extension = 'jsonl';
  readonly state: FormatState = {};
  private readonly members: string[];
  private readonly hasCustom: boolean;

  constructor(columns: ExportColumn[], collections: string[]) {
    const own = columns.filter((column) => column.collection === undefined);
    this.hasCustom = own.some(({ field }) => field?.custom);
    this.members = [
      ...new Set([...own.filter(({ field }) => !field?.custom).map(({ key }) => key), ...collections]),
    ];
  }

  begin(): Buffer {
    return Buffer.alloc(0);
  }

  rows(records: PresentedRecord[]): WrittenRows {
    const lines = records.map((record) => {
      const members = this.members.flatMap((key) => (key in record ? [[key, record[key]]] : []));
      if (this.hasCustom) members.push(['custom', record['custom']]);
      return `${JSON.stringify(Object.fromEntries(members))}\n`;
    });
    return { bytes: Buffer.from(lines.join('')), rows: lines.length };
  }

  end(): Buffer {
    return Buffer.alloc(0);
  }

  count(piece: Buffer): number {
    let rows = 0;
    for (const byte of piece) if (byte === LINE_FEED) rows++;
    return rows;
  }
}
