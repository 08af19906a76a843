/** Members by bucket, so that a change finds the few that it concerns without a look at all. */
export interface Indexer {
  add(bucket: string, member: string): void;
  remove(bucket: string, member: string): void;
  members(bucket: string): readonly string[];
  /** Has the bucket any member? */
  has(bucket: string): boolean;
}

export function createIndexer(): Indexer {
  const buckets = new Map<string, Set<string>>();
  return {
    add(bucket, member) {
      const members = buckets.get(bucket);
      if (members === undefined) buckets.set(bucket, new Set([member]));
      else members.add(member);
    },
    remove(bucket, member) {
      const members = buckets.get(bucket);
      members?.delete(member);
      if (members?.size === 0) buckets.delete(bucket);
    },
    members: (bucket) => [...(buckets.get(bucket) ?? [])],
    has: (bucket) => buckets.has(bucket),
  };
}
