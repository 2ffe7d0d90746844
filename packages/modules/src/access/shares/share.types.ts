/** Who a record is shared with. */
export interface Grantee {
  kind: 'member' | 'team';
  id: string;
}

/** The values given for a share. */
export interface ShareInput {
  object: string;
  record: string;
  grantee: Grantee;
  access: 'read' | 'edit';
  until?: string | null | undefined;
}

/** A share as it is stored. */
export interface ShareRow {
  id: string;
  object: string;
  record: string;
  granteeKind: 'member' | 'team';
  granteeId: string;
  access: 'read' | 'edit';
  until: string | null;
  createdAt: string;
  createdById: string | null;
}

/** A share in responses. Names are null if the reader may not see them. */
export interface Share {
  id: string;
  object: string;
  record: string;
  grantee: Grantee & { name: string | null };
  access: 'read' | 'edit';
  until: string | null;
  createdAt: string;
  createdBy: { id: string; name: string | null } | null;
}
