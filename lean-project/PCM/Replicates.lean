module

public import PCM.Lanes

/-!
# Bootstrap replicates

How far would a bound of the envelope move, had other crystals been drawn? The audit refined the envelope anew on
resampled observations; each resample gives one *replicate* of the bound, and intervals for the bound are read off the
replicates. Certificates hold both packed (`PackedReplicates`); statements are about the unpacked `Replicates`.
-/

@[expose] public noncomputable section

namespace PCM

/-- Lower or upper. -/
inductive Side where
  /-- The smaller one. -/
  | lower
  /-- The greater one. -/
  | upper

/-- How the ranks of an interval's ends are chosen. -/
inductive IntervalMethod where
  /-- By the confidence alone. -/
  | percentile
  /-- Bias-corrected and accelerated. -/
  | bca

/-- One end of an interval, as reported. -/
structure IntervalEnd where
  /-- How its rank was chosen. -/
  method : IntervalMethod
  /-- Which end. -/
  side : Side
  /-- The end is the replicate of this rank, counted from 1. -/
  rank : Nat
  /-- The scaled feature value where the interval ends. -/
  value : Nat

/-- A value that several replicates have. -/
structure Run where
  /-- Scaled feature value. -/
  value : Nat
  /-- How many replicates have it. -/
  times : Nat

/-- The list that runs stand for: every value as often as it occurs. -/
def expand (runs : List Run) : List Nat := runs.flatMap fun run => List.replicate run.times run.value

/-- The replicates of one bound of the envelope, and the ends of the intervals that were read off them. -/
structure Replicates where
  /-- Round of the refinement, counted from 1. -/
  round : Nat
  /-- Feature, counted from 0. -/
  feature : Nat
  /-- Which bound of that feature. -/
  side : Side
  /-- The replicates, from the smallest value to the greatest. -/
  runs : List Run
  /-- The ends of their intervals. -/
  ends : List IntervalEnd

/-- The replicates, one by one. -/
def Replicates.values (b : Replicates) : List Nat := expand b.runs

/-! ## As certificates hold them -/

/-- Some runs, packed (`PCM.Lanes`): the value of run `i` in lane `2 i`, and how often it occurs in lane `2 i + 1`. -/
structure PackedRuns where
  /-- How many runs. -/
  count : Nat
  /-- The packed numbers. -/
  packed : Nat

/-- The replicates of one bound, packed. -/
structure PackedReplicates where
  /-- Round of the refinement, counted from 1. -/
  round : Nat
  /-- Feature, counted from 0. -/
  feature : Nat
  /-- Which bound of that feature. -/
  side : Side
  /-- The runs, some hundred per block. -/
  runs : List PackedRuns
  /-- Rank and value of the ends of the percentile interval (lower, upper) and of the BCa interval (lower, upper), in
  eight lanes. A rank of 0 stands for an end that is not reported. -/
  ends : Nat

/-- The runs of a block. -/
def PackedRuns.unpack (bits : Nat) (b : PackedRuns) : List Run :=
  (List.range b.count).map fun i => ⟨cell bits b.packed (2 * i), cell bits b.packed (2 * i + 1)⟩

/-- The end whose rank and value stand in lanes `i` and `i + 1`, unless its rank is 0. -/
def unpackEnd (bits packed i : Nat) (method : IntervalMethod) (side : Side) : List IntervalEnd :=
  if cell bits packed i = 0 then [] else [⟨method, side, cell bits packed i, cell bits packed (i + 1)⟩]

/-- The replicates of one bound. -/
def PackedReplicates.unpack (bits : Nat) (b : PackedReplicates) : Replicates where
  round := b.round
  feature := b.feature
  side := b.side
  runs := b.runs.flatMap (PackedRuns.unpack bits)
  ends :=
    unpackEnd bits b.ends 0 .percentile .lower ++ unpackEnd bits b.ends 2 .percentile .upper ++
      unpackEnd bits b.ends 4 .bca .lower ++ unpackEnd bits b.ends 6 .bca .upper

/-- The replicates of several bounds, whose numbers have at most `bits` bits. -/
def unpackReplicates (bits : Nat) (bounds : List PackedReplicates) : List Replicates :=
  bounds.map (PackedReplicates.unpack bits)

end PCM
