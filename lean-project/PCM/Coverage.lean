module

public import PCM.Selection

/-!
# `coverage`: the envelope was looked at everywhere

An envelope in which nothing was observed would be safe by default. So enough passing observations must lie inside, and
they must reach every part of every feature's range.
-/

@[expose] public noncomputable section

namespace PCM

open Lanes

/-- At least `minimumInside` passing observations lie inside the envelope, and at least `minimumPerSlab` of them in every
one of the `slabs` slabs of every feature's range. -/
def Coverage (envelope : Box) (threshold minimumInside slabs minimumPerSlab : Nat) (tables : List Table) : Prop :=
  minimumInside ≤ count (fun o => o.Inside envelope ∧ ¬o.Fails threshold) (observations tables) ∧
    ∀ f i, envelope[f]? = some i → ∀ slab ∈ i.slabs slabs,
      minimumPerSlab ≤
        count (fun o => o.Inside envelope ∧ ¬o.Fails threshold ∧ o.HasFeatureIn f slab) (observations tables)

namespace Coverage

/-- Conditions for a crystal to lie inside and pass. -/
def passingInside (envelope : Box) (threshold : Nat) (b : Block) : List Condition :=
  b.passesCondition threshold :: b.insideConditions envelope

/-- Rows of a block that lie inside and pass. -/
def passing (envelope : Box) (threshold bits : Nat) (b : Block) : Nat :=
  b.tally bits (passingInside envelope threshold b)

/-- Rows of a block that lie inside, pass, and have feature `f` in the slab. The selection of the passing rows is the
same term for every slab, so that the kernel computes it once. -/
def passingInSlab (envelope : Box) (threshold f : Nat) (slab : Interval) (bits : Nat) (b : Block) : Nat :=
  Lanes.tally bits (repunit bits b.rows)
    (Lanes.select bits (repunit bits b.rows) [⟨b.features.getD f 0, slab⟩]
      (b.select bits (passingInside envelope threshold b)))

/-- From feature `f` on: every slab holds enough. -/
def slabsHold (envelope : Box) (threshold slabs minimumPerSlab : Nat) (tables : List Table) : Nat → Box → Bool
  | _, [] => true
  | f, i :: rest =>
    ((i.slabs slabs).all fun slab =>
        tables.all (fun t => comparable t.bits slab) &&
          Nat.ble minimumPerSlab (sumOver tables (passingInSlab envelope threshold f slab))) &&
      slabsHold envelope threshold slabs minimumPerSlab tables (Nat.succ f) rest

/-- The checker behind `Coverage.of_check`. -/
def check (envelope : Box) (threshold minimumInside slabs minimumPerSlab : Nat) (tables : List Table) : Bool :=
  tables.all (fun t => t.ready envelope threshold) &&
    Nat.ble minimumInside (sumOver tables (passing envelope threshold)) &&
    slabsHold envelope threshold slabs minimumPerSlab tables 0 envelope

theorem testable_passingInside {envelope : Box} {threshold : Nat} {t : Table} (h : t.Ready envelope threshold)
    {b : Block} (hb : b ∈ t.blocks) : ∀ c ∈ passingInside envelope threshold b, Testable t.bits b c := by
  intro c hc
  rcases List.mem_cons.mp hc with rfl | hc
  · exact testable_passes (h.blocks b hb) h.limit
  · exact testable_inside (h.blocks b hb) h.intervals c hc

theorem holds_passingInside {envelope : Box} {threshold : Nat} {t : Table} (h : t.Ready envelope threshold)
    {b : Block} (hb : b ∈ t.blocks) (i : Nat) :
    (∀ c ∈ passingInside envelope threshold b, c.Holds t.bits i) ↔
      (b.observation t.bits i).Inside envelope ∧ ¬(b.observation t.bits i).Fails threshold := by
  rw [passingInside, List.forall_mem_cons, holds_passes, Block.insideConditions,
    holds_inside (h.blocks b hb).length, and_comm]
  rfl

theorem passingInSlab_eq {envelope : Box} {threshold f : Nat} {slab : Interval} {t : Table}
    (h : t.Ready envelope threshold) {b : Block} (hb : b ∈ t.blocks) (hf : f < envelope.length)
    (hs : comparable t.bits slab = true) :
    passingInSlab envelope threshold f slab t.bits b =
      count (fun o => o.Inside envelope ∧ ¬o.Fails threshold ∧ o.HasFeatureIn f slab) (b.observations t.bits) := by
  have hr := h.blocks b hb
  have hfb : f < b.features.length := by rw [hr.length]; exact hf
  have hg : b.features.getD f 0 = b.features[f] := by simp [hfb]
  rw [passingInSlab, Block.select, select_append]
  apply Block.tally_eq_count hr
  · intro c hc
    rcases List.mem_append.mp hc with hc | hc
    · rw [List.mem_singleton.mp hc]
      exact ⟨by rw [hg]; exact hr.features _ (List.getElem_mem hfb), hs⟩
    · exact testable_passingInside h hb c hc
  · intro i _
    have hv : (b.observation t.bits i).features[f]? = some (cell t.bits b.features[f] i) := by
      simp [Block.observation, hfb]
    rw [List.forall_mem_append, holds_passingInside h hb i]
    simp only [List.mem_singleton, forall_eq, Condition.Holds, hg, Observation.HasFeatureIn, hv, Option.some.injEq,
      exists_eq_left']
    constructor
    · rintro ⟨c, a, b⟩; exact ⟨a, b, c⟩
    · rintro ⟨a, b, c⟩; exact ⟨c, a, b⟩

theorem slabsHold_sound {envelope : Box} {threshold slabs minimumPerSlab : Nat} {tables : List Table}
    (ready : ∀ t ∈ tables, t.Ready envelope threshold) {rest : Box} {f : Nat}
    (hf : f + rest.length ≤ envelope.length)
    (h : slabsHold envelope threshold slabs minimumPerSlab tables f rest = true) :
    ∀ g i, rest[g]? = some i → ∀ slab ∈ i.slabs slabs, minimumPerSlab ≤
      count (fun o => o.Inside envelope ∧ ¬o.Fails threshold ∧ o.HasFeatureIn (f + g) slab) (observations tables) := by
  induction rest generalizing f with
  | nil => intro g i hg; simp at hg
  | cons j rest ih =>
    simp only [slabsHold, Bool.and_eq_true] at h
    simp only [List.length_cons] at hf
    intro g i hg slab hs
    cases g with
    | zero =>
      simp only [List.getElem?_cons_zero, Option.some.injEq] at hg
      subst hg
      have := List.all_eq_true.mp h.1 slab hs
      simp only [Bool.and_eq_true] at this
      rw [Nat.add_zero, ← sumOver_eq_count fun t ht b hb =>
        passingInSlab_eq (ready t ht) hb (by omega) (List.all_eq_true.mp this.1 t ht)]
      exact Nat.le_of_ble_eq_true this.2
    | succ g =>
      rw [List.getElem?_cons_succ] at hg
      have := ih (f := Nat.succ f) (by simp only [Nat.succ_eq_add_one]; omega) h.2 g i hg slab hs
      rwa [show f + (g + 1) = Nat.succ f + g by simp only [Nat.succ_eq_add_one]; omega]

/-- What the checker accepts is covered. -/
theorem of_check {envelope : Box} {threshold minimumInside slabs minimumPerSlab : Nat} {tables : List Table}
    (h : check envelope threshold minimumInside slabs minimumPerSlab tables = true) :
    Coverage envelope threshold minimumInside slabs minimumPerSlab tables := by
  simp only [check, Bool.and_eq_true] at h
  have ready : ∀ t ∈ tables, t.Ready envelope threshold :=
    fun t ht => Table.ready_sound (List.all_eq_true.mp h.1.1 t ht)
  constructor
  · rw [← sumOver_eq_count (f := passing envelope threshold)]
    · exact Nat.le_of_ble_eq_true h.1.2
    · intro t ht b hb
      exact Block.tally_eq_count ((ready t ht).blocks b hb) (testable_passingInside (ready t ht) hb)
        fun i _ => holds_passingInside (ready t ht) hb i
  · intro f i hfi slab hs
    have := slabsHold_sound ready (by omega) h.2 f i hfi slab hs
    rwa [Nat.zero_add] at this

end Coverage

end PCM
