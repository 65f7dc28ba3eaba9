module

public import PCM.Selection

/-!
# `observed`: inside the envelope, observed errors stay below the threshold

Of the search observations in a chunk, at most `allowed` lie inside the envelope with an error above the threshold.
-/

@[expose] public noncomputable section

namespace PCM

/-- Every observation has one value per interval of the envelope, and at most `allowed` observations lie inside the
envelope and fail. -/
def Observed (envelope : Box) (threshold allowed : Nat) (t : Table) : Prop :=
  (∀ o ∈ t.observations, o.features.length = envelope.length) ∧
    count (fun o => o.Inside envelope ∧ o.Fails threshold) t.observations ≤ allowed

namespace Observed

/-- Rows of a block that lie inside the envelope and fail. -/
def violations (envelope : Box) (threshold bits : Nat) (b : Block) : Nat :=
  b.tally bits (b.failsCondition bits threshold :: b.insideConditions envelope)

/-- The checker behind `Observed.of_check`. -/
def check (envelope : Box) (threshold allowed : Nat) (t : Table) : Bool :=
  t.ready envelope threshold && Nat.ble (t.sum (violations envelope threshold)) allowed

theorem violations_eq {envelope : Box} {threshold : Nat} {t : Table} (h : t.Ready envelope threshold) {b : Block}
    (hb : b ∈ t.blocks) :
    violations envelope threshold t.bits b =
      count (fun o => o.Inside envelope ∧ o.Fails threshold) (b.observations t.bits) := by
  have hr := h.blocks b hb
  apply Block.tally_eq_count hr
  · intro c hc
    rcases List.mem_cons.mp hc with rfl | hc
    · exact testable_fails hr h.limit
    · exact testable_inside hr h.intervals c hc
  · intro i hi
    rw [List.forall_mem_cons, Block.insideConditions, holds_fails hr hi, holds_inside hr.length, and_comm]
    rfl

theorem length_eq {envelope : Box} {threshold : Nat} {t : Table} (h : t.Ready envelope threshold) :
    ∀ o ∈ t.observations, o.features.length = envelope.length := by
  intro o ho
  obtain ⟨b, hb, ho⟩ := List.mem_flatMap.mp ho
  obtain ⟨i, _, rfl⟩ := List.mem_map.mp ho
  simp [Block.observation, (h.blocks b hb).length]

/-- What the checker accepts is observed. -/
theorem of_check {envelope : Box} {threshold allowed : Nat} {t : Table}
    (h : check envelope threshold allowed t = true) : Observed envelope threshold allowed t := by
  simp only [check, Bool.and_eq_true] at h
  have hr := Table.ready_sound h.1
  refine ⟨length_eq hr, ?_⟩
  rw [← Table.sum_eq_count fun b hb => violations_eq hr hb]
  exact Nat.le_of_ble_eq_true h.2

end Observed

end PCM
