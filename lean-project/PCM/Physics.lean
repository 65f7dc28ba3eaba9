module

public import PCM.Table

/-!
# `physics`: the laws of physics hold as far as the potential's precision allows

A probe asks something of the potential that must be so whatever the crystal: a rotated crystal has the same energy, the
forces add up to zero. The *residual* is what should have been zero; its *tolerance* is what the precision of the
potential's arithmetic allows. Both are scaled alike and rounded up.
-/

@[expose] public noncomputable section

namespace PCM

/-- What one probe found at one crystal. -/
structure Residual where
  /-- What should have been zero. -/
  residual : Nat
  /-- How much of it is tolerated. -/
  tolerance : Nat

/-- Some probes' findings, packed (`PCM.Lanes`). -/
structure ResidualBlock where
  /-- Number of findings. -/
  rows : Nat
  /-- Packed residuals. -/
  residual : Nat
  /-- Packed tolerances. -/
  tolerance : Nat

/-- The findings of all probes, in blocks of values of at most `bits` bits. -/
structure Residuals where
  /-- Width of a value. -/
  bits : Nat
  /-- Findings, some hundred per block. -/
  blocks : List ResidualBlock

/-- All findings of a block. -/
def ResidualBlock.residuals (bits : Nat) (b : ResidualBlock) : List Residual :=
  (List.range b.rows).map fun i => ⟨cell bits b.residual i, cell bits b.tolerance i⟩

/-- All findings. -/
def Residuals.all (r : Residuals) : List Residual := r.blocks.flatMap (ResidualBlock.residuals r.bits)

/-- Every residual is within its tolerance. -/
def Physics (r : Residuals) : Prop := ∀ found ∈ r.all, found.residual ≤ found.tolerance

namespace Physics

/-- `cell`, in operations that the kernel does at once. -/
def read (width column i : Nat) : Nat := Nat.mod (Nat.shiftRight column (Nat.mul width i)) (Nat.pow 2 width)

/-- The first `rows` findings of a block are within their tolerances. -/
def within (width : Nat) (b : ResidualBlock) (rows : Nat) : Bool :=
  Nat.rec (motive := fun _ => Bool) true
    (fun i rest => Nat.ble (read width b.residual i) (read width b.tolerance i) && rest) rows

/-- The checker behind `Physics.of_check`. -/
def check (r : Residuals) : Bool := r.blocks.all fun b => within (Nat.succ r.bits) b b.rows

theorem within_sound {bits rows : Nat} {b : ResidualBlock} (h : within (Nat.succ bits) b rows = true) :
    ∀ i < rows, cell bits b.residual i ≤ cell bits b.tolerance i := by
  induction rows with
  | zero => intro i hi; omega
  | succ rows ih =>
    have e : within (Nat.succ bits) b (rows + 1) =
        (Nat.ble (cell bits b.residual rows) (cell bits b.tolerance rows) && within (Nat.succ bits) b rows) := rfl
    rw [e, Bool.and_eq_true] at h
    intro i hi
    rcases Nat.lt_succ_iff_lt_or_eq.mp hi with hi | rfl
    · exact ih h.2 i hi
    · exact Nat.le_of_ble_eq_true h.1

/-- What the checker accepts is within tolerance. -/
theorem of_check {r : Residuals} (h : check r = true) : Physics r := by
  intro found hf
  obtain ⟨b, hb, hf⟩ := List.mem_flatMap.mp hf
  obtain ⟨i, hi, rfl⟩ := List.mem_map.mp hf
  exact within_sound (List.all_eq_true.mp h b hb) i (List.mem_range.mp hi)

/-- Where nothing was probed there is nothing to hold. -/
theorem none (bits : Nat) : Physics ⟨bits, []⟩ := by simp [Physics, Residuals.all]

end Physics

end PCM
