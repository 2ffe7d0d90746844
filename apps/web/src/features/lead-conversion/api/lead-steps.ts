import { ApiProblem } from '@/lib/api-problem';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import { type Cause, causedBy } from '@/records/api/undo';
import { askingAboutDuplicates } from '@/records/duplicates/duplicates-question';
import type { RecordData, RecordReference } from '@/records/object-description';

const json = { 'Content-Type': 'application/json' };

export interface Conversion {
  /** Uses this account instead of creating one. */
  accountId?: string;
  /** Creates one even if there are candidates. */
  newAccount?: boolean;
  contactId?: string;
  newContact?: boolean;
  createOpportunity?: boolean;
  /** Initial values of the new deal. */
  opportunity?: { name?: string; amount?: string; closeDate?: string };
}

export interface Converted {
  account: RecordReference | null;
  contact: RecordReference | null;
  opportunity: RecordReference | null;
  /** Options of the lead that the new records don't offer, and where they were kept. */
  notOffered: { object: string; field: string; value: string; keptIn: 'description' | null }[];
}

/** An existing record that may be the same as the lead. */
export interface Candidate {
  id: string;
  name: string | null;
  because: 'sameName' | 'sameDomain' | 'sameEmail';
}

/** The candidates that the server asks to choose from; empty for any other error. */
export function candidatesOf(error: unknown): { account: Candidate[]; contact: Candidate[] } {
  // A refusal by a rule about duplicates has the same code and no candidates: it was asked about already.
  const isAsked = error instanceof ApiProblem && error.code === 'possibleDuplicates';
  const found = isAsked
    ? (error.document['candidates'] as Partial<Record<string, Candidate[]>> | undefined)
    : undefined;
  return { account: found?.['account'] ?? [], contact: found?.['contact'] ?? [] };
}

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: recordKeys.all });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
}

/** Converts a lead. Repeating the request returns the first answer. */
export async function convertLead(id: string, conversion: Conversion, cause: Cause): Promise<Converted> {
  const answer = await askingAboutDuplicates((query) =>
    client.post({
      url: `${API_ROOT}/leads/${id}/convert`,
      body: conversion as Record<string, unknown>,
      headers: { ...json, ...causedBy(cause) },
      query,
    }),
  );
  refresh();
  return answer as unknown as Converted;
}

export async function disqualifyLead(id: string, reason: string, cause: Cause): Promise<RecordData> {
  const lead = await client.post({
    url: `${API_ROOT}/leads/${id}/disqualify`,
    body: { reason },
    headers: { ...json, ...causedBy(cause) },
  });
  refresh();
  return lead as unknown as RecordData;
}

export async function reopenLead(id: string, cause: Cause): Promise<RecordData> {
  const lead = await client.post({ url: `${API_ROOT}/leads/${id}/reopen`, headers: causedBy(cause) });
  refresh();
  return lead as unknown as RecordData;
}
