module

public import PCM.Universal

/-!
# Partitions as numbers

A partition of thousands of parts as Lean's kernel reads it fast: its cuts in preorder, each a number of a few bits, some
hundred of them in one literal. `Cuts.hold` walks through them with a stack of boxes still to be cut. It collects the parts
of a block of entries and hands them to a check together, so that the check can treat them all at once.
-/

@[expose] public noncomputable section

namespace PCM

/-- Passes the *value* of `x` to `f`, as `force` does, towards a truth value. -/
def forced (x : Nat) (f : Nat → Bool) : Bool := Nat.rec (motive := fun _ => Bool) (f 0) (fun m _ => f (Nat.succ m)) x

/-- Some entries of a partition in preorder, each in `bits + 6` bits of a number, the first one lowest. An entry's lowest
six bits are 0 where a part is left whole; else they are `f + 1`, and the part is cut along feature `f` into the values up
to the entry's remaining bits and those above. -/
structure Entries where
  /-- How many. -/
  count : Nat
  /-- The packed entries. -/
  packed : Nat

/-- A partition: blocks of entries in preorder. The parts of one block are checked together. -/
structure Cuts where
  /-- Bits of the greatest value at which a part is cut. -/
  bits : Nat
  /-- The entries. -/
  blocks : List (List Entries)

/-- No value in the box is greater than `largest`, and it has `features` features. -/
def Box.Small (largest features : Nat) (box : Box) : Prop :=
  box.length = features ∧ ∀ i ∈ box, i.lower ≤ largest ∧ i.upper ≤ largest

/-- Decides `Box.Small`. -/
def Box.small (largest features : Nat) (box : Box) : Bool :=
  Nat.beq box.length features && box.all fun i => Nat.ble i.lower largest && Nat.ble i.upper largest

theorem forced_eq (x : Nat) (f : Nat → Bool) : forced x f = f x := by cases x <;> rfl

namespace Cuts

/-- Passes on the lower half of a box, its ends evaluated. -/
def below (last : Nat) (box : Box) : Nat → (Box → Bool) → Bool :=
  List.rec (motive := fun _ => Nat → (Box → Bool) → Bool) (fun _ k => k [])
    (fun i rest ih f =>
      Nat.rec (motive := fun _ => (Box → Bool) → Bool)
        (fun k =>
          Interval.rec (motive := fun _ => Bool)
            (fun l u =>
              forced (Bool.rec (motive := fun _ => Nat) last u (Nat.ble u last)) fun u => k (⟨l, u⟩ :: rest))
            i)
        (fun g _ k => ih g fun box => k (i :: box)) f)
    box

/-- Passes on the upper half of a box, its ends evaluated. -/
def above (last : Nat) (box : Box) : Nat → (Box → Bool) → Bool :=
  List.rec (motive := fun _ => Nat → (Box → Bool) → Bool) (fun _ k => k [])
    (fun i rest ih f =>
      Nat.rec (motive := fun _ => (Box → Bool) → Bool)
        (fun k =>
          Interval.rec (motive := fun _ => Bool)
            (fun l u =>
              forced (Bool.rec (motive := fun _ => Nat) (Nat.succ last) l (Nat.ble (Nat.succ last) l)) fun l =>
                k (⟨l, u⟩ :: rest))
            i)
        (fun g _ k => ih g fun box => k (i :: box)) f)
    box

/-- Reads `count` entries: takes a box from the stack for each, adds it to the parts where it is whole, and else puts its
halves onto the stack. -/
def read (bits count : Nat) : Nat → List Box → List Box → (List Box → List Box → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → List Box → List Box → (List Box → List Box → Bool) → Bool)
    (fun _ stack parts k => k stack parts)
    (fun _ next packed stack parts k =>
      List.rec (motive := fun _ => Bool) false
        (fun box stack _ =>
          forced (Nat.shiftRight packed (Nat.add bits 6)) fun rest =>
            Nat.rec (motive := fun _ => Bool) (next rest stack (box :: parts) k)
              (fun f _ =>
                forced (Nat.mod (Nat.shiftRight packed 6) (Nat.pow 2 bits)) fun last =>
                  below last box f fun low => above last box f fun high => next rest (low :: high :: stack) parts k)
              (Nat.mod packed 64))
        stack)
    count

/-- Reads the entries of a block, one literal after the other. -/
def readAll (bits : Nat) (block : List Entries) : List Box → List Box → (List Box → List Box → Bool) → Bool :=
  List.rec (motive := fun _ => List Box → List Box → (List Box → List Box → Bool) → Bool)
    (fun stack parts k => k stack parts)
    (fun e _ next stack parts k => read bits e.count e.packed stack parts fun stack parts => next stack parts k) block

/-- The check holds of the parts of every block, and no box is left over. -/
def hold (check : List Box → Bool) (cuts : Cuts) (box : Box) : Bool :=
  List.rec (motive := fun _ => List Box → Bool)
    (fun stack => List.rec (motive := fun _ => Bool) true (fun _ _ _ => false) stack)
    (fun block _ next stack =>
      readAll cuts.bits block stack [] fun stack parts =>
        Bool.rec (motive := fun _ => Bool) false (next stack) (check parts))
    cuts.blocks [box]

theorem below_eq (last : Nat) (box : Box) (f : Nat) (k : Box → Bool) : below last box f k = k (box.below f last) := by
  induction box generalizing f k with
  | nil => simp [below, Box.below]
  | cons i box ih =>
    cases f with
    | zero =>
      show forced (Bool.rec (motive := fun _ => Nat) last i.upper (Nat.ble i.upper last))
        (fun u => k (⟨i.lower, u⟩ :: box)) = _
      rw [forced_eq]
      have : Bool.rec (motive := fun _ => Nat) last i.upper (Nat.ble i.upper last) = min i.upper last := by
        cases h : Nat.ble i.upper last with
        | true => exact (Nat.min_eq_left (Nat.le_of_ble_eq_true h)).symm
        | false =>
          have : ¬i.upper ≤ last := fun hle => by simp [Nat.ble_eq_true_of_le hle] at h
          show last = _
          omega
      rw [this]
      rfl
    | succ f =>
      show below last box f (fun box => k (i :: box)) = _
      rw [ih]
      rfl

theorem above_eq (last : Nat) (box : Box) (f : Nat) (k : Box → Bool) : above last box f k = k (box.above f last) := by
  induction box generalizing f k with
  | nil => simp [above, Box.above]
  | cons i box ih =>
    cases f with
    | zero =>
      show forced (Bool.rec (motive := fun _ => Nat) (Nat.succ last) i.lower (Nat.ble (Nat.succ last) i.lower))
        (fun l => k (⟨l, i.upper⟩ :: box)) = _
      rw [forced_eq]
      have : Bool.rec (motive := fun _ => Nat) (Nat.succ last) i.lower (Nat.ble (Nat.succ last) i.lower) =
          max i.lower (last + 1) := by
        cases h : Nat.ble (Nat.succ last) i.lower with
        | true => exact (Nat.max_eq_left (Nat.le_of_ble_eq_true h)).symm
        | false =>
          have : ¬last + 1 ≤ i.lower := fun hle => by simp [Nat.ble_eq_true_of_le hle] at h
          show last + 1 = _
          omega
      rw [this]
      rfl
    | succ f =>
      show above last box f (fun box => k (i :: box)) = _
      rw [ih]
      rfl

end Cuts

theorem Box.small_sound {largest features : Nat} {box : Box} (h : box.small largest features = true) :
    box.Small largest features := by
  simp only [Box.small, Bool.and_eq_true, List.all_eq_true] at h
  exact ⟨Nat.eq_of_beq_eq_true h.1, fun i hi =>
    ⟨Nat.le_of_ble_eq_true (h.2 i hi).1, Nat.le_of_ble_eq_true (h.2 i hi).2⟩⟩

theorem Box.small_below {largest features : Nat} {box : Box} (h : box.Small largest features) (f last : Nat) :
    (box.below f last).Small largest features := by
  refine ⟨by simpa [Box.below] using h.1, ?_⟩
  obtain ⟨-, h⟩ := h
  simp only [Box.below]
  induction box generalizing f with
  | nil => simp
  | cons i box ih =>
    have hi := h i (List.mem_cons_self ..)
    have hr : ∀ j ∈ box, _ := fun j hj => h j (List.mem_cons_of_mem _ hj)
    cases f with
    | zero =>
      simp only [List.modify_zero_cons, List.forall_mem_cons]
      exact ⟨⟨hi.1, Nat.le_trans (Nat.min_le_left ..) hi.2⟩, hr⟩
    | succ f =>
      simp only [List.modify_succ_cons, List.forall_mem_cons]
      exact ⟨hi, ih f hr⟩

theorem Box.small_above {largest features : Nat} {box : Box} (h : box.Small largest features) (f : Nat) {last : Nat}
    (hl : last < largest) : (box.above f last).Small largest features := by
  refine ⟨by simpa [Box.above] using h.1, ?_⟩
  obtain ⟨-, h⟩ := h
  simp only [Box.above]
  induction box generalizing f with
  | nil => simp
  | cons i box ih =>
    have hi := h i (List.mem_cons_self ..)
    have hr : ∀ j ∈ box, _ := fun j hj => h j (List.mem_cons_of_mem _ hj)
    cases f with
    | zero =>
      simp only [List.modify_zero_cons, List.forall_mem_cons]
      exact ⟨⟨Nat.max_le.mpr ⟨hi.1, hl⟩, hi.2⟩, hr⟩
    | succ f =>
      simp only [List.modify_succ_cons, List.forall_mem_cons]
      exact ⟨hi, ih f hr⟩

namespace Cuts

variable {score : List Nat → Int} {bound : Int} {bits features : Nat}

theorem read_succ (bits n packed : Nat) (box : Box) (stack parts : List Box) (k : List Box → List Box → Bool) :
    read bits (n + 1) packed (box :: stack) parts k =
      Nat.rec (motive := fun _ => Bool) (read bits n (packed >>> (bits + 6)) stack (box :: parts) k)
        (fun f _ =>
          read bits n (packed >>> (bits + 6))
            (box.below f ((packed >>> 6) % 2 ^ bits) :: box.above f ((packed >>> 6) % 2 ^ bits) :: stack) parts k)
        (packed % 64) := by
  show forced (packed >>> (bits + 6)) (fun rest =>
    Nat.rec (motive := fun _ => Bool) (read bits n rest stack (box :: parts) k)
      (fun f _ =>
        forced ((packed >>> 6) % 2 ^ bits) fun last =>
          below last box f fun low => above last box f fun high => read bits n rest (low :: high :: stack) parts k)
      (packed % 64)) = _
  rw [forced_eq]
  cases packed % 64 with
  | zero => rfl
  | succ f =>
    show forced ((packed >>> 6) % 2 ^ bits) (fun last =>
      below last box f fun low => above last box f fun high =>
        read bits n (packed >>> (bits + 6)) (low :: high :: stack) parts k) = _
    rw [forced_eq, below_eq, above_eq]

/-- The boxes still to be cut are bounded, provided that what is handed on is. -/
theorem read_sound {n packed : Nat} {stack parts : List Box} {k : List Box → List Box → Bool}
    (hs : ∀ box ∈ stack, box.Small (2 ^ bits) features) (hp : ∀ box ∈ parts, box.Small (2 ^ bits) features)
    (h : read bits n packed stack parts k = true) :
    ∃ stack' parts', k stack' parts' = true ∧ (∀ box ∈ stack', box.Small (2 ^ bits) features) ∧
      (∀ box ∈ parts', box.Small (2 ^ bits) features) ∧
      ((∀ box ∈ stack', Universal score bound box) → (∀ box ∈ parts', Universal score bound box) →
        (∀ box ∈ stack, Universal score bound box) ∧ ∀ box ∈ parts, Universal score bound box) := by
  induction n generalizing packed stack parts with
  | zero => exact ⟨stack, parts, h, hs, hp, fun a b => ⟨a, b⟩⟩
  | succ n ih =>
    cases stack with
    | nil => exact absurd h (by simp [read])
    | cons box stack =>
      rw [read_succ] at h
      simp only [List.forall_mem_cons] at hs
      cases hm : packed % 64 with
      | zero =>
        rw [hm] at h
        obtain ⟨stack', parts', hk, hs', hp', hu⟩ := ih hs.2 (List.forall_mem_cons.mpr ⟨hs.1, hp⟩) h
        refine ⟨stack', parts', hk, hs', hp', fun a b => ?_⟩
        have := hu a b
        simp only [List.forall_mem_cons] at this ⊢
        exact ⟨⟨this.2.1, this.1⟩, this.2.2⟩
      | succ f =>
        rw [hm] at h
        have hl : (packed >>> 6) % 2 ^ bits < 2 ^ bits := Nat.mod_lt _ (Nat.two_pow_pos bits)
        obtain ⟨stack', parts', hk, hs', hp', hu⟩ := ih
          (List.forall_mem_cons.mpr ⟨Box.small_below hs.1 f _,
            List.forall_mem_cons.mpr ⟨Box.small_above hs.1 f hl, hs.2⟩⟩) hp h
        refine ⟨stack', parts', hk, hs', hp', fun a b => ?_⟩
        have := hu a b
        simp only [List.forall_mem_cons] at this ⊢
        exact ⟨⟨Universal.of_halves this.1.1 this.1.2.1, this.1.2.2⟩, this.2⟩

theorem readAll_sound {block : List Entries} {stack parts : List Box} {k : List Box → List Box → Bool}
    (hs : ∀ box ∈ stack, box.Small (2 ^ bits) features) (hp : ∀ box ∈ parts, box.Small (2 ^ bits) features)
    (h : readAll bits block stack parts k = true) :
    ∃ stack' parts', k stack' parts' = true ∧ (∀ box ∈ stack', box.Small (2 ^ bits) features) ∧
      (∀ box ∈ parts', box.Small (2 ^ bits) features) ∧
      ((∀ box ∈ stack', Universal score bound box) → (∀ box ∈ parts', Universal score bound box) →
        (∀ box ∈ stack, Universal score bound box) ∧ ∀ box ∈ parts, Universal score bound box) := by
  induction block generalizing stack parts with
  | nil => exact ⟨stack, parts, h, hs, hp, fun a b => ⟨a, b⟩⟩
  | cons e block ih =>
    obtain ⟨stack₁, parts₁, h₁, hs₁, hp₁, hu₁⟩ := read_sound (score := score) (bound := bound) hs hp h
    obtain ⟨stack₂, parts₂, h₂, hs₂, hp₂, hu₂⟩ := ih hs₁ hp₁ h₁
    exact ⟨stack₂, parts₂, h₂, hs₂, hp₂, fun a b => hu₁ (hu₂ a b).1 (hu₂ a b).2⟩

/-- If a check implies the bound for the parts that it is given, and holds of the parts of every block, the bound holds of
the whole. The check may rely on the parts having that many features and small values. -/
theorem universal_of_hold {check : List Box → Bool} {cuts : Cuts} {box : Box}
    (sound : ∀ parts : List Box, (∀ part ∈ parts, part.Small (2 ^ cuts.bits) box.length) → check parts = true →
      ∀ part ∈ parts, Universal score bound part)
    (small : box.small (2 ^ cuts.bits) box.length = true) (h : cuts.hold check box = true) :
    Universal score bound box := by
  obtain ⟨bits, blocks⟩ := cuts
  suffices ∀ stack : List Box, (∀ part ∈ stack, part.Small (2 ^ bits) box.length) →
      List.rec (motive := fun _ => List Box → Bool)
        (fun stack => List.rec (motive := fun _ => Bool) true (fun _ _ _ => false) stack)
        (fun block _ next stack =>
          readAll bits block stack [] fun stack parts =>
            Bool.rec (motive := fun _ => Bool) false (next stack) (check parts))
        blocks stack = true → ∀ part ∈ stack, Universal score bound part from
    this [box] (by simpa using Box.small_sound small) h box (List.mem_singleton.mpr rfl)
  clear h small
  simp only at sound
  induction blocks with
  | nil =>
    intro stack _ h
    cases stack with
    | nil => simp
    | cons => exact absurd h (by simp)
  | cons block blocks ih =>
    intro stack hs h
    obtain ⟨stack', parts, hk, hs', hp, hu⟩ := readAll_sound (score := score) (bound := bound) hs (by simp) h
    cases hc : check parts with
    | false => rw [hc] at hk; exact absurd hk (by simp)
    | true =>
      rw [hc] at hk
      exact (hu (ih stack' hs' hk) (sound parts hp hc)).1

end Cuts

end PCM
